using System.Text;
using System.Text.Json;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Upload;

/// <summary>Writes a commit as the hub reads it: one JSON object per line, the header first.</summary>
internal static class CommitBody
{
    public static byte[] Write(string summary, string? description, IEnumerable<UploadFile> regular, IEnumerable<UploadFile> large)
    {
        using var lines = new MemoryStream();
        WriteLine(lines, "header", writer =>
        {
            writer.WriteString("summary", summary);
            writer.WriteString("description", description ?? "");
        });
        foreach (var file in regular)
        {
            WriteLine(lines, "file", writer =>
            {
                writer.WriteBase64String("content", file.ReadAll());
                writer.WriteString("path", file.Path);
                writer.WriteString("encoding", "base64");
            });
        }

        foreach (var file in large)
        {
            WriteLine(lines, "lfsFile", writer =>
            {
                writer.WriteString("path", file.Path);
                writer.WriteString("algo", "sha256");
                writer.WriteString("oid", file.Sha256);
                writer.WriteNumber("size", file.Size);
            });
        }

        return lines.ToArray();
    }

    private static void WriteLine(MemoryStream lines, string key, Action<Utf8JsonWriter> write)
    {
        using (var writer = new Utf8JsonWriter(lines))
        {
            writer.WriteStartObject();
            writer.WriteString("key", key);
            writer.WriteStartObject("value");
            write(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        lines.Write(Encoding.ASCII.GetBytes("\n"));
    }
}
