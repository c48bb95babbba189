// Writes UnicodeTables.bin, the one source of Unicode facts in the tokenizers (layout: UnicodeTables.cs).
//   npm install && node generate.mjs /usr/share/unicode ../../src/Connectors/LocalRag.Connectors.SentenceTransformers/Tokenization/Unicode/UnicodeTables.bin
// The first argument is Debian's package unicode-data (15.0 or later). Hugging Face's library mixes Unicode versions, one per
// dependency, and ids depend on them: general categories of BERT and Punctuation are those of 8.0, normalisation forms those of 9.0,
// regular expressions and grapheme clusters those of 16.0, lower case and digits those of 17.0.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';

const [ucd, output] = process.argv.slice(2);
const unicode = async (version, path) => (await import(`@unicode/unicode-${version}/${path}.mjs`)).default;
const points = (version, path) => unicode(version, `${path}/code-points`);
const category8 = await unicode('8.0.0', 'General_Category/index');
const category16 = await unicode('16.0.0', 'General_Category/index');
const number17 = new Set(await points('17.0.0', 'General_Category/Number'));
const lower17 = await unicode('17.0.0', 'Simple_Case_Mapping/Lowercase/code-points');
const fold17 = new Map([...await unicode('17.0.0', 'Case_Folding/C/code-points'), ...await unicode('17.0.0', 'Case_Folding/S/code-points')]);
const pictographic = new Set(await points('16.0.0', 'Binary_Property/Extended_Pictographic'));
const alphabetic = new Set(await points('16.0.0', 'Binary_Property/Alphabetic'));
const joinControl = new Set(await points('16.0.0', 'Binary_Property/Join_Control'));

const lines = file => readFileSync(join(ucd, file), 'latin1').split('\n')
  .map(line => line.replace(/#.*/, '').split(';').map(cell => cell.trim())).filter(cells => cells.length > 1);
const range = text => { const [first, last] = text.split('..').map(x => parseInt(x, 16)); return [first, last ?? first]; };
const age = new Float32Array(0x110000).fill(99);
for (const [codes, version] of lines('DerivedAge.txt')) {
  const [first, last] = range(codes);
  age.fill(parseFloat(version), first, last + 1);
}

const combining = new Uint8Array(0x110000), canonical = new Map(), compatible = new Map(), marks9 = new Set();
let rangeStart = 0;
for (const cells of lines('UnicodeData.txt')) {
  const code = parseInt(cells[0], 16);
  const first = cells[1].endsWith('Last>') ? rangeStart : code;
  rangeStart = code;
  if (age[code] > 9.0) continue;
  for (let c = first; c <= code; c++) if (cells[2][0] === 'M') marks9.add(c);
  combining[code] = +cells[3];
  if (cells[5]) {
    const compatibility = cells[5].startsWith('<');
    const target = cells[5].replace(/<.*> /, '').split(' ').map(x => parseInt(x, 16));
    compatible.set(code, target);
    if (!compatibility) canonical.set(code, target);
  }
}

for (const code of [0x1cf2, 0x1cf3]) marks9.add(code); // spacing marks until 12.0, letters since

const expand = (code, map) => map.has(code) ? map.get(code).flatMap(part => expand(part, map)) : [code];
const excluded = new Set();
for (const [codes, property] of lines('DerivedNormalizationProps.txt')) {
  if (property === 'Full_Composition_Exclusion') {
    const [first, last] = range(codes);
    for (let c = first; c <= last; c++) excluded.add(c);
  }
}
const compositions = [...canonical].filter(([code, target]) => target.length === 2 && !excluded.has(code))
  .map(([code, [first, second]]) => [first, second, code]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
const composesBackwards = new Set(compositions.map(c => c[1]));
for (let jamo = 0x1161; jamo <= 0x1175; jamo++) composesBackwards.add(jamo);
for (let jamo = 0x11a8; jamo <= 0x11c2; jamo++) composesBackwards.add(jamo);

// The order is that of System.Globalization.UnicodeCategory.
const categories = ['Uppercase_Letter', 'Lowercase_Letter', 'Titlecase_Letter', 'Modifier_Letter', 'Other_Letter', 'Nonspacing_Mark', 'Spacing_Mark',
  'Enclosing_Mark', 'Decimal_Number', 'Letter_Number', 'Other_Number', 'Space_Separator', 'Line_Separator', 'Paragraph_Separator', 'Control', 'Format',
  'Surrogate', 'Private_Use', 'Connector_Punctuation', 'Dash_Punctuation', 'Open_Punctuation', 'Close_Punctuation', 'Initial_Punctuation',
  'Final_Punctuation', 'Other_Punctuation', 'Math_Symbol', 'Currency_Symbol', 'Modifier_Symbol', 'Other_Symbol', 'Unassigned'];
const categoryIndex = new Map(categories.map((name, index) => [name, index]));
const clusters = ['Other', 'CR', 'LF', 'Control', 'Extend', 'ZWJ', 'Regional_Indicator', 'Prepend', 'SpacingMark', 'L', 'V', 'T', 'LV', 'LVT'];
const cluster = new Uint8Array(0x110000);
for (const name of clusters.slice(1)) {
  for (const code of await points('16.0.0', `Grapheme_Cluster_Break/${name}`)) cluster[code] = clusters.indexOf(name);
}

const canonicalFull = [...canonical.keys()].sort((a, b) => a - b).map(code => [code, expand(code, canonical)]);
const compatibleFull = [...compatible.keys()].sort((a, b) => a - b).map(code => [code, expand(code, compatible)]);
const hangul = code => code >= 0xac00 && code <= 0xd7a3;
const recordIndex = new Map(), records = [], indices = new Uint16Array(0x110000);
for (let code = 0; code < 0x110000; code++) {
  const now = category16.get(code) ?? 'Unassigned', old = category8.get(code) ?? 'Unassigned';
  const category = categoryIndex.get(now);
  if (category === undefined) throw new Error(now);
  const bit = (position, value) => (value ? 1 : 0) << position;
  const nfc = excluded.has(code) && canonical.has(code) || composesBackwards.has(code);
  const nfkc = nfc || compatible.has(code) && expand(code, compatible).join() !== expand(code, canonical).join();
  const record = (category | cluster[code] << 5 | combining[code] << 9
    | bit(17, pictographic.has(code)) | bit(18, alphabetic.has(code) || joinControl.has(code) || /Mark$/.test(now) || now === 'Decimal_Number' || now === 'Connector_Punctuation')
    | bit(19, number17.has(code)) | bit(20, /Punctuation$/.test(old)) | bit(21, old === 'Nonspacing_Mark') | bit(22, ['Control', 'Format', 'Private_Use', 'Surrogate'].includes(old))
    | bit(23, lower17.has(code) || code === 0x130) | bit(24, canonical.has(code) || hangul(code)) | bit(25, compatible.has(code) || hangul(code))
    | bit(26, nfc) | bit(27, nfkc) | bit(28, marks9.has(code))) >>> 0;
  if (!recordIndex.has(record)) { recordIndex.set(record, records.length); records.push(record); }
  indices[code] = recordIndex.get(record);
}
if (records.length > 65535) throw new Error('too many records');

const blockIndex = new Map(), stage1 = [], stage2 = [];
for (let start = 0; start < 0x110000; start += 128) {
  const block = [...indices.subarray(start, start + 128)], key = block.join();
  if (!blockIndex.has(key)) { blockIndex.set(key, stage2.length / 128); stage2.push(...block); }
  stage1.push(blockIndex.get(key));
}

const words = [];
const section = values => { words.push(values.length, ...values); };
section(records);
section(stage1);
section(stage2);
const sorted = map => [...map].sort((a, b) => a[0] - b[0]);
for (const map of [lower17, fold17]) {
  section(sorted(map).map(e => e[0]));
  section(sorted(map).map(e => e[1]));
}
for (const table of [canonicalFull, compatibleFull]) {
  section(table.map(e => e[0]));
  const pool = [], starts = [0];
  for (const [, target] of table) { pool.push(...target); starts.push(pool.length); }
  section(starts);
  section(pool);
}
section(compositions.map(c => c[0]));
section(compositions.map(c => c[1]));
section(compositions.map(c => c[2]));
const bytes = deflateRawSync(Buffer.from(new Uint32Array(words).buffer), { level: 9 });
writeFileSync(output, bytes);
console.log(`${records.length} records, ${stage2.length / 128} blocks, ${canonicalFull.length} canonical, ${compatibleFull.length} compatible, ${compositions.length} compositions, ${bytes.length} bytes`);
