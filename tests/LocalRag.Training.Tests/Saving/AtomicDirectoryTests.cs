using LocalRag.Testing;
using LocalRag.Training.Saving;

namespace LocalRag.Training.Tests.Saving;

public sealed class AtomicDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void A_disk_that_fills_up_leaves_the_old_model_and_no_remains()
    {
        AtomicDirectory.Write(_temporary.File("model"), d => File.WriteAllText(Path.Combine(d, "config.json"), "old"));
        var full = Assert.Throws<IOException>(() => AtomicDirectory.Write(_temporary.File("model"), d =>
        {
            File.WriteAllText(Path.Combine(d, "config.json"), "new, and then");
            throw new IOException("No space left on device");
        }));
        Assert.Equal("No space left on device", full.Message);
        Assert.Equal("old", File.ReadAllText(_temporary.File("model", "config.json")));
        Assert.Single(Directory.GetFileSystemEntries(_temporary.Path));
    }

    [Fact]
    public void A_new_model_replaces_the_old_one_and_keeps_the_evaluators_files()
    {
        AtomicDirectory.Write(_temporary.File("model"), d => File.WriteAllText(Path.Combine(d, "old.txt"), "old"));
        File.WriteAllText(_temporary.File("model", "results.csv"), "epoch");
        AtomicDirectory.Write(_temporary.File("model"), d => File.WriteAllText(Path.Combine(d, "new.txt"), "new"));
        Assert.Equal(["new.txt", "results.csv"], Directory.GetFiles(_temporary.File("model")).Select(f => Path.GetFileName(f)).Order());
    }

    [Theory]
    [InlineData("old+new", "new")] // killed between the two renames
    [InlineData("old", "old")]
    [InlineData("model+new", "model")] // killed while writing
    [InlineData("model+old", "model")] // killed before the old one was removed
    public void What_a_killed_save_left_is_ended_by_the_next(string left, string survivor)
    {
        foreach (string name in left.Split('+'))
        {
            string directory = Directory.CreateDirectory(_temporary.File(name == "model" ? "model" : $"model.{name}-0123abcd")).FullName;
            File.WriteAllText(Path.Combine(directory, "config.json"), name);
        }

        Directory.CreateDirectory(_temporary.File("model-2.old-0123abcd"));
        AtomicDirectory.Recover(_temporary.File("model"));
        Assert.Equal(survivor, File.ReadAllText(_temporary.File("model", "config.json")));
        Assert.Equal(["model", "model-2.old-0123abcd"], Directory.GetDirectories(_temporary.Path).Select(d => Path.GetFileName(d)).Order());

        AtomicDirectory.Write(_temporary.File("model"), d => File.WriteAllText(Path.Combine(d, "config.json"), "next"));
        Assert.Equal("next", File.ReadAllText(_temporary.File("model", "config.json")));
    }

    [Fact]
    public void A_directory_that_is_no_model_is_never_replaced()
    {
        File.WriteAllText(_temporary.File("thesis.txt"), "precious");
        Assert.Contains("no model directory", Assert.Throws<ArgumentException>(() => AtomicDirectory.CheckTarget(_temporary.Path, "/elsewhere")).Message);
        Assert.Contains("trained from", Assert.Throws<ArgumentException>(() => AtomicDirectory.CheckTarget(_temporary.Path, _temporary.File("base"))).Message);
    }
}
