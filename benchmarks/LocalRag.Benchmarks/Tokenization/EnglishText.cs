using System.Text;
using System.Text.Json;
using Microsoft.ML.Tokenizers;

namespace LocalRag.Benchmarks.Tokenization;

/// <summary>Text and vocabularies for the tokenizer benchmarks, from the goldens in the repository.</summary>
internal static class EnglishText
{
    /// <summary>The Cranfield abstracts over and over, as many chars as asked for.</summary>
    public static string Make(int length)
    {
        var text = new StringBuilder(length + 4096);
        var documents = Documents();
        for (var i = 0; text.Length < length; i++)
            text.Append(documents[i % documents.Length]).Append('\n');
        return text.ToString(0, length);
    }

    /// <summary>The Cranfield abstracts.</summary>
    public static string[] Documents() =>
        [.. File.ReadLines(Golden("cranfield/corpus.jsonl")).Where(l => l.Length > 0).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("text").GetString()!)];

    /// <summary>The tokenizer to beat, with the same vocabulary.</summary>
    public static BertTokenizer LoadPeer() => BertTokenizer.Create(Golden("tokenizer/vocab.txt"));

    /// <summary>A path below tests/goldens, found from the working directory or the binaries upwards.</summary>
    public static string Golden(string path)
    {
        foreach (var start in new[] { Environment.CurrentDirectory, AppContext.BaseDirectory })
        {
            for (var directory = new DirectoryInfo(start); directory is not null; directory = directory.Parent)
            {
                var candidate = Path.Combine(directory.FullName, "tests", "goldens", path);
                if (Path.Exists(candidate))
                    return candidate;
            }
        }

        throw new FileNotFoundException($"'tests/goldens/{path}' was not found above '{Environment.CurrentDirectory}'. Run from the repository.");
    }
}
