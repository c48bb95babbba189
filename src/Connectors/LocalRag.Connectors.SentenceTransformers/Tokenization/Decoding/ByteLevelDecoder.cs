using System.Text;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Turns printable chars back into bytes, and all bytes together into text.</summary>
internal sealed class ByteLevelDecoder : TokenDecoder
{
    public override void Apply(List<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            if (token.All(c => ByteAlphabet.ToByte(c) >= 0))
                bytes.AddRange(token.Select(c => (byte)ByteAlphabet.ToByte(c)));
            else
                bytes.AddRange(Encoding.UTF8.GetBytes(token));
        }

        tokens.Clear();
        tokens.Add(Encoding.UTF8.GetString([.. bytes]));
    }
}
