using System.Text;
using LocalRag.Plugins.Ingestion.Sources;

namespace LocalRag.Plugins.Ingestion.Tests.Sources;

/// <summary>A file that somebody writes while it is read: what is indexed stood in the file at one moment.</summary>
public sealed class FileContentTests : IDisposable
{
    private const string Old = "the old text of the file";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("localrag-content");
    private readonly string _path;
    private int _opened;

    public FileContentTests()
    {
        _path = Path.Combine(_folder.FullName, "a.txt");
        File.WriteAllText(_path, Old);
        File.SetLastWriteTimeUtc(_path, new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("the new text of the file")]
    [InlineData("short")]
    [InlineData("the new text of the file, which is longer")]
    public void A_change_during_the_reading_is_noticed_and_the_file_read_again(string changed)
    {
        Assert.Equal(changed, Read(changes: 1, changed));
        Assert.Equal(2, _opened);
    }

    [Fact]
    public void A_file_that_is_emptied_meanwhile_is_told_as_empty() =>
        Assert.Contains("is empty", Assert.Throws<InvalidDataException>(() => Read(changes: 1, "")).Message);

    [Fact]
    public void A_file_that_vanishes_meanwhile_is_told_as_gone() => Assert.Throws<FileNotFoundException>(() => FileContent.Read(_path, 1000, path =>
    {
        var stream = File.OpenRead(path);
        File.Delete(path);
        return stream;
    }));

    [Fact]
    public void A_file_that_never_rests_is_told_and_left_to_the_next_run()
    {
        Assert.Contains("keeps changing", Assert.Throws<IOException>(() => Read(changes: int.MaxValue, "more and more")).Message);
        Assert.Equal(3, _opened);
    }

    private string Read(int changes, string changed) => Encoding.UTF8.GetString(FileContent.Read(_path, 1000, path =>
    {
        // Between the look at the file's size and the reading, as a writer in another process may.
        if (_opened++ < changes)
        {
            File.WriteAllText(path, changed);
            File.SetLastWriteTimeUtc(path, new(2026, 1, 1, 0, 0, _opened, DateTimeKind.Utc));
        }

        return File.OpenRead(path);
    }));
}
