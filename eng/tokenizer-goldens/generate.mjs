// Writes tests/goldens/tokenizer-components/components.jsonl: what Hugging Face's engine (npm package tokenizers 0.23.2, the Rust crate itself)
// makes of awkward texts, one normalizer, pre-tokenizer, model, post-processor or decoder at a time.
//   npm install && node generate.mjs [seed] [texts per component] > ../../tests/goldens/tokenizer-components/components.jsonl
// A line is a change to one of the tokenizers in tests/goldens/tokenizers, and cases. Most change a copy of gemma's whose model has an end-of-word
// suffix without tokens: it shows every piece boundary as bytes. A charsmap is named "xlm-roberta" instead of repeated.
import { Tokenizer } from 'tokenizers';
import { readFileSync } from 'node:fs';

const goldens = new URL('../../tests/goldens/', import.meta.url);
const [seed = 1, textsEach = 12] = process.argv.slice(2).map(Number);
let state = seed;
const random = () => { state = (state * 1664525 + 1013904223) >>> 0; return state / 4294967296; };
const below = n => Math.floor(random() * n);
const pick = list => list[below(list.length)];
const lines = file => readFileSync(new URL(file, goldens), 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line));
const families = Object.fromEntries(['gemma', 'roberta', 'xlm-roberta', 'bert-uncased', 'bert-cased', 'qwen', 'modernbert']
  .map(name => [name, JSON.parse(readFileSync(new URL(`tokenizers/${name}/tokenizer.json`, goldens), 'utf8'))]));
const corpus = lines('tokenizer/bert-base-uncased.jsonl').map(line => line.text);
const spaces = [' ',' ',' ','  ','\t','\n','\r\n','\u00a0','\u3000','\u2028','\u0085','\u200b','\u2009','\u1680','\u000b','\u000c','\ufeff'];
const words = ["the","Hello","don't","IT'S","they'll","'ſ","'S","42","1234567","3.14","x²","½","naïve","CAFÉ","İstanbul","ǅ","ß","ẞ","ΑΣ","ﬁ","Ⅷ","①","日本語","한국어","हिन्दी","ไทย","العربية","<mask>","[MASK]","<s>","</s>","[CLS]","<|endoftext|>","<unk>","▁","▁▁a","Ġ","é","é̂","o̧̊","👨‍👩‍👧","🇫🇷🇩🇪","©‍®","a‍b","_x_y","C++","a.b,c!","...","\u0301","\u0315\u0300\u05ae\u0301b","\uac00\u11a8","\u1100\u1161","x\u0483","\u0600a","\r\n","\u0000","\ufffd","\ue000","\u0378","\u{1f600}","\u{11938}","\u{1e900}","\u{10400}","~","$5","tok","Tok","TOK"," tok ","newtok","nt"];
const codePoint = () => {
  const [first, count] = pick([[32, 95], [32, 95], [0xa0, 0x300], [0xa0, 0x300], [0x300, 0x70], [0, 0x3000], [0, 0x3000], [0x3000, 0xa800], [0xf900, 0x700], [0x10000, 0x20000], [0, 0x110000]]);
  const code = first + below(count);
  return code >= 0xd800 && code <= 0xdfff ? 'A' : String.fromCodePoint(code);
};
const text = () => {
  if (below(5) === 0) return [...pick(corpus)].slice(0, 60).join('');
  let result = '';
  for (let i = below(12); i >= 0; i--) result += pick([() => pick(words), () => pick(words), () => pick(spaces), () => pick(spaces), codePoint])();
  return result;
};

const components = [];
const add = (name, changes, base = 'gemma', bare = false) => components.push({ name, base, changes: bare ? changes
  : { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, added_tokens: [], model: { end_of_word_suffix: '</w>' }, ...changes } });

const charsmap = { type: 'Precompiled', precompiled_charsmap: 'xlm-roberta' };
const string = (pattern, content) => ({ type: 'Replace', pattern: { String: pattern }, content });
const regex = (pattern, content) => ({ type: 'Replace', pattern: { Regex: pattern }, content });
const sequence = (...normalizers) => ({ type: 'Sequence', normalizers });
const bertNormalizer = (clean_text, handle_chinese_chars, strip_accents, lowercase) => ({ type: 'BertNormalizer', clean_text, handle_chinese_chars, strip_accents, lowercase });
const normalizers = { charsmap };
for (const clean of [true, false]) for (const space of [true, false]) for (const strip of [null, true, false]) for (const lower of [true, false])
  normalizers[`bert ${clean} ${space} ${strip} ${lower}`] = bertNormalizer(clean, space, strip, lower);
for (const type of ['Lowercase', 'NFC', 'NFD', 'NFKC', 'NFKD', 'Nmt', 'StripAccents', 'ByteLevel']) normalizers[type] = { type };
for (const [strip_left, strip_right] of [[true, false], [false, true], [true, true]]) normalizers[`strip ${strip_left} ${strip_right}`] = { type: 'Strip', strip_left, strip_right };
Object.assign(normalizers, {
  prepend: { type: 'Prepend', prepend: '▁' }, 'replace string': string(' ', '▁'), 'replace spaces': regex(' {2,}', ' '), 'replace white space': regex('\\s+', '_'),
  'replace quotes': regex("(``|'')", '"'), 'replace empty': regex('[^\\p{L}]*', '-'), 'replace anchors': regex('^\\s+|\\s+$', '<'), 'replace properties': regex('\\p{Mn}+|\\p{Lu}', ''),
  'sequence accents': sequence({ type: 'NFKD' }, { type: 'StripAccents' }, { type: 'Lowercase' }), 'sequence recompose': sequence({ type: 'NFD' }, { type: 'StripAccents' }, { type: 'NFC' }),
  'sequence nmt': sequence({ type: 'Nmt' }, { type: 'NFKC' }, regex(' {2,}', ' ')), 'sequence charsmap': sequence(charsmap, regex(' {2,}', ' ')),
  'sequence llama': sequence({ type: 'Prepend', prepend: '▁' }, string(' ', '▁')), 'sequence strip': sequence({ type: 'Lowercase' }, { type: 'NFD' }, { type: 'StripAccents' }, { type: 'Strip', strip_left: true, strip_right: true }),
});
for (const [name, normalizer] of Object.entries(normalizers)) add(`normalizer ${name}`, { normalizer });

const split = (Regex, behavior = 'Isolated', invert = false) => ({ type: 'Split', pattern: { Regex }, behavior, invert });
const metaspace = (prepend_scheme, split) => ({ type: 'Metaspace', replacement: '▁', prepend_scheme, split });
const byteLevel = (add_prefix_space, use_regex) => ({ type: 'ByteLevel', add_prefix_space, trim_offsets: true, use_regex });
const patterns = {
  qwen: families.qwen.pre_tokenizer.pretokenizers[0].pattern.Regex, modernbert: families.modernbert.pre_tokenizer.pretokenizers[0].pattern.Regex,
  llama3: "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  o200k: "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  deepseek: "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  bloom: ' ?[^(\\s|[.,!?…。，、।۔،])]+', cjk: '[一-龥぀-ゟ゠-ヿ]+', clip: "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+", thousands: '\\d{1,3}(?=(?:\\d{3})*\\b)',
  groups: '(?:ab|[a-c]\\d?)*?x|(?<!a)b+?|(?<=\\s)\\w{2,4}+', words: '\\b\\w+\\b|\\W', flags: '(?i)the.|O', 'line breaks': '[^\\S\\r\\n]+|\\S+|\\R?', negated: '\\P{L}+|\\p{^N}', lazy: '\\s??\\p{L}{2,}?|.',
  intersection: '[\\p{L}&&[^aeiou]]+', possessive: '(?>a|ab)c|\\p{Lu}++', anchors: '^.|$', rare: '\\p{N}{1,3}|[\\p{Cn}\\p{Co}]|\\p{Sc}', empty: 'x*',
};
const preTokenizers = { bert: { type: 'BertPreTokenizer' }, whitespace: { type: 'Whitespace' }, 'white space split': { type: 'WhitespaceSplit' }, digits: { type: 'Digits', individual_digits: false }, 'single digits': { type: 'Digits', individual_digits: true },
  delimiter: { type: 'CharDelimiterSplit', delimiter: 'e' }, 'fixed length': { type: 'FixedLength', length: 3 } };
for (const behavior of ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous']) {
  preTokenizers[`punctuation ${behavior}`] = { type: 'Punctuation', behavior };
  preTokenizers[`string ${behavior}`] = { type: 'Split', pattern: { String: ' ' }, behavior, invert: false };
  preTokenizers[`regex ${behavior}`] = split('\\p{N}|\\s', behavior);
  preTokenizers[`inverted ${behavior}`] = split('\\w+|[^\\w\\s]', behavior, true);
}
for (const space of [true, false]) for (const useRegex of [true, false]) preTokenizers[`byte level ${space} ${useRegex}`] = byteLevel(space, useRegex);
for (const scheme of ['always', 'first', 'never']) for (const splits of [true, false]) preTokenizers[`metaspace ${scheme} ${splits}`] = metaspace(scheme, splits);
for (const [name, pattern] of Object.entries(patterns)) { preTokenizers[`pattern ${name}`] = split(pattern); preTokenizers[`pattern ${name} inverted`] = split(pattern, 'Removed', true); }
const steps = (...pretokenizers) => ({ type: 'Sequence', pretokenizers });
preTokenizers['sequence splits'] = steps(preTokenizers['white space split'], preTokenizers['punctuation Isolated'], preTokenizers['single digits'], metaspace('always', true));
preTokenizers['sequence llama3'] = steps(split(patterns.llama3), byteLevel(false, false));
preTokenizers['sequence metaspace'] = steps(metaspace('first', false), preTokenizers.digits);
for (const [name, pre_tokenizer] of Object.entries(preTokenizers)) add(`pre-tokenizer ${name}`, { pre_tokenizer });

const token = (id, content) => ({ id, content, single_word: random() < .3, lstrip: random() < .4, rstrip: random() < .4, normalized: random() < .5, special: random() < .4 });
for (let i = 0; i < 14; i++) {
  const normalizer = pick([null, normalizers['bert true true null true'], { type: 'Lowercase' }, normalizers['sequence llama'], normalizers['sequence nmt'], { type: 'NFKC' }, normalizers['sequence recompose']]);
  const pre_tokenizer = pick([null, preTokenizers.bert, metaspace('always', true), byteLevel(true, true), preTokenizers.whitespace, preTokenizers['sequence splits']]);
  // No two of these may be equal when normalised: which one the engine finds then is left to its hash map.
  const added_tokens = ['tok', 'newtok', '[MASK]', '<mask>', '<s>', 'é', 'naïve', 'CAFÉ', '.', 'the', 'ab', 'to', '日本', 'nt'].filter(() => random() < .5).map((content, at) => token(4000 + at, content));
  add(`added tokens ${i}`, { normalizer, pre_tokenizer, added_tokens });
}

for (const name of Object.keys(families)) {
  add(`family ${name}`, {}, name, true);
  add(`family ${name} without post-processor`, { post_processor: null }, name, true);
}
add('post-processor bert', { post_processor: { type: 'BertProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] } }, 'bert-uncased', true);
add('post-processor byte level', { post_processor: { ...byteLevel(true, true), trim_offsets: false } }, 'roberta', true);
add('post-processor sequence', { post_processor: { type: 'Sequence', processors: [byteLevel(true, true), { type: 'TemplateProcessing', single: [{ SpecialToken: { id: 'x', type_id: 3 } }, { Sequence: { id: 'A', type_id: 1 } }],
  pair: [{ Sequence: { id: 'B', type_id: 1 } }, { SpecialToken: { id: 'x', type_id: 2 } }, { Sequence: { id: 'A', type_id: 0 } }], special_tokens: { x: { id: 'x', ids: [5, 6], tokens: ['a', 'b'] } } }] } }, 'roberta', true);
add('model bpe unknown', { model: { byte_fallback: false, fuse_unk: false } });
add('model bpe fused', { model: { byte_fallback: false, fuse_unk: true } });
add('model bpe dropped', { model: { byte_fallback: false, unk_token: null } });
add('model bpe ignore merges', { model: { ignore_merges: true } }, 'qwen', true);
add('model unigram whole text', { pre_tokenizer: null }, 'xlm-roberta', true);
add('model word piece without prefix', { model: { continuing_subword_prefix: '', max_input_chars_per_word: 7 } }, 'bert-uncased', true);
for (const [name, decoder] of Object.entries({ 'word piece': { type: 'WordPiece', prefix: '##', cleanup: false }, metaspace: metaspace('never', true), bpe: { type: 'BPEDecoder', suffix: '▁' }, ctc: { type: 'CTC', pad_token: 'a', word_delimiter_token: '▁', cleanup: true },
  strip: { type: 'Sequence', decoders: [{ type: 'Replace', pattern: { String: '▁' }, content: ' ' }, { type: 'ByteFallback' }, { type: 'Fuse' }, { type: 'Strip', content: ' ', start: 1, stop: 0 }] } }))
  add(`decoder ${name}`, { decoder }, 'gemma', true);

const expand = value => JSON.parse(JSON.stringify(value).replaceAll('"xlm-roberta"', JSON.stringify(families['xlm-roberta'].normalizer.normalizers[0].precompiled_charsmap)));
for (const { name, base, changes } of components) {
  const definition = { ...families[base], ...expand(changes), model: { ...families[base].model, ...changes.model } };
  const tokenizer = Tokenizer.fromString(JSON.stringify(definition));
  const cases = [];
  for (let i = 0; i < textsEach; i++) {
    const entry = { text: text() };
    if (/^(family|post)/.test(name) && below(2) === 0) entry.pair = text();
    const encoding = await tokenizer.encode(entry.text, entry.pair ?? null);
    Object.assign(entry, { ids: encoding.getIds() });
    if (encoding.getTypeIds().some(id => id !== 0)) entry.type_ids = encoding.getTypeIds();
    entry.decoded = await tokenizer.decode(entry.ids, true);
    const all = await tokenizer.decode(entry.ids, false);
    if (all !== entry.decoded) entry.decoded_with_special = all;
    cases.push(entry);
  }
  console.log(JSON.stringify({ name, base, changes, cases }));
}
