using LocalRag.Plugins.Ingestion.Tests.Reading;

namespace LocalRag.Plugins.Ingestion.Tests.Indexing;

public sealed class DocumentIndexerTests : IDisposable
{
    private readonly IndexedFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_become_passages_with_title_headings_and_offsets()
    {
        _folder.Write("guide/start.md", "# Guide\n\nIntro.\n\n## Setup\n\nDo this.\n");

        var report = await _folder.Synchronize();

        Assert.Equal(["guide/start.md"], report.Added);
        Assert.Equal(2, report.PassagesWritten);
        var passage = await _folder.Passages.GetAsync("guide/start.md#1", cancellationToken: Token);
        Assert.Equal(("guide/start.md", "Guide", "Guide > Setup", 1, "## Setup\n\nDo this."), (passage!.DocumentId, passage.Title, passage.HeadingPath, passage.Ordinal, passage.Text));
        Assert.Equal("# Guide\n\nIntro.\n\n## Setup\n\nDo this.\n"[passage.Start..passage.End], passage.Text);
    }

    [Fact]
    public async Task Unchanged_files_are_not_embedded_again()
    {
        _folder.Write("a.md", "# A\n\none\n");
        _folder.Write("b.txt", "two");
        await _folder.Synchronize();
        var before = _folder.Generator.Texts;

        var report = await _folder.Synchronize();

        Assert.Equal(2, report.Unchanged);
        Assert.False(report.HasChanges);
        Assert.Equal(before, _folder.Generator.Texts);
    }

    [Fact]
    public async Task A_changed_file_leaves_no_passage_of_its_old_text()
    {
        _folder.Write("a.md", "# A\n\none\n\n# B\n\ntwo\n\n# C\n\nthree\n");
        _folder.Write("b.md", "# Other\n\nstays\n");
        await _folder.Synchronize();
        _folder.Write("a.md", "# A\n\nshort\n");

        var report = await _folder.Synchronize();

        Assert.Equal(["a.md"], report.Changed);
        Assert.Equal(1, report.Unchanged);
        using var fresh = new IndexedFolder();
        fresh.Write("a.md", "# A\n\nshort\n");
        fresh.Write("b.md", "# Other\n\nstays\n");
        await fresh.Synchronize();
        Assert.Equal(await fresh.Dump(), await _folder.Dump());
    }

    [Fact]
    public async Task A_deleted_file_vanishes_from_the_index()
    {
        var path = _folder.Write("a.md", "# A\n\none\n");
        await _folder.Synchronize();
        File.Delete(path);

        Assert.Equal(["a.md"], (await _folder.Synchronize()).Removed);
        Assert.Equal("", await _folder.Dump());
    }

    [Fact]
    public async Task Another_vector_space_or_another_chunking_indexes_everything_anew()
    {
        _folder.Write("a.md", "# A\n\none\n");
        await _folder.Synchronize();
        using var other = new CountingGenerator("space-2");

        Assert.Equal(["a.md"], (await _folder.Synchronize(maxTokens: 32)).Changed);
        var adding = _folder.Indexer(maxTokens: 32, space: other);
        await Assert.ThrowsAsync<InvalidOperationException>(() => adding.AddAsync([new("a.md", Path.Combine(_folder.Path, "a.md"))], cancellationToken: Token));
        Assert.Equal(["a.md"], (await _folder.Synchronize(maxTokens: 32, space: other)).Changed);
        Assert.Equal(1, (await _folder.Synchronize(maxTokens: 32, space: other)).Unchanged);
    }

    [Fact]
    public async Task A_run_that_breaks_off_is_finished_by_the_next_with_the_result_of_an_undisturbed_one()
    {
        for (var i = 0; i < 12; i++)
        {
            _folder.Write($"{i:00}.md", $"# Title {i}\n\nfirst {i}\n\n## Second {i}\n\nmore {i}\n");
        }

        using var undisturbed = new IndexedFolder();
        foreach (var file in Directory.GetFiles(_folder.Path))
        {
            File.Copy(file, Path.Combine(undisturbed.Path, Path.GetFileName(file)));
        }

        await undisturbed.Synchronize();
        var options = new IngestionOptions { BatchPassages = 5 };
        for (var failAfter = 3; failAfter < 24; failAfter += 7)
        {
            _folder.Generator.FailAfter = failAfter;
            await Assert.ThrowsAsync<IOException>(() => _folder.Synchronize(options: options));
        }

        _folder.Generator.FailAfter = int.MaxValue;
        await _folder.Synchronize(options: options);

        Assert.Equal(await undisturbed.Dump(), await _folder.Dump());
    }

    [Fact]
    public async Task A_file_that_shrinks_after_a_broken_run_leaves_nothing_behind()
    {
        _folder.Write("a.md", string.Concat(Enumerable.Range(0, 20).Select(i => $"# H{i}\n\ntext {i}\n\n")));
        _folder.Generator.FailAfter = 12;
        await Assert.ThrowsAsync<IOException>(() => _folder.Synchronize(options: new() { BatchPassages = 5 }));
        _folder.Generator.FailAfter = int.MaxValue;
        _folder.Write("a.md", "# H0\n\ntext 0\n");

        await _folder.Synchronize();

        using var fresh = new IndexedFolder();
        fresh.Write("a.md", "# H0\n\ntext 0\n");
        await fresh.Synchronize();
        Assert.Equal(await fresh.Dump(), await _folder.Dump());
    }

    [Fact]
    public async Task One_bad_file_never_stops_the_rest_and_is_told_with_its_reason()
    {
        _folder.Write("good.md", "# Good\n\ntext\n");
        _folder.Write("empty.md", "");
        _folder.Write("blank.txt", " \n \n");
        _folder.Write("binary.txt", [1, 2, 0, 3]);
        _folder.Write("locked.pdf", PdfFiles.Encrypted());
        _folder.Write("scan.pdf", PdfFiles.WithPages(""));
        _folder.Write("half.pdf", PdfFiles.WithPages("words")[..60]);
        _folder.Write("latin.txt", [0x63, 0x61, 0x66, 0xE9]);
        _folder.Write("picture.png", [0x89, 0x50]);

        var report = await _folder.Synchronize();

        Assert.Equal(["good.md", "latin.txt"], report.Added);
        Assert.Equal(["picture.png"], report.Skipped.Select(s => s.Id));
        Assert.Equal(["latin.txt"], report.Warnings.Select(w => w.Id));
        var reasons = report.Failed.ToDictionary(f => f.Id, f => f.Reason);
        Assert.Equal(["binary.txt", "blank.txt", "empty.md", "half.pdf", "locked.pdf", "scan.pdf"], reasons.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("is empty", reasons["empty.md"]);
        Assert.Contains("no text", reasons["blank.txt"]);
        Assert.Contains("binary", reasons["binary.txt"]);
        Assert.Contains("encrypted", reasons["locked.pdf"]);
        Assert.Contains("scanned", reasons["scan.pdf"]);

        // The same refusals come again, without reading the documents anew.
        var again = await _folder.Synchronize();
        Assert.Equal(report.Failed.OrderBy(f => f.Id, StringComparer.Ordinal), again.Failed.OrderBy(f => f.Id, StringComparer.Ordinal));
        Assert.False(again.HasChanges);
    }

    [Fact]
    public async Task A_reader_that_breaks_on_one_file_does_not_stop_the_others()
    {
        _folder.Write("a.md", "# A\n\none\n");
        _folder.Write("b.txt", "two");

        var report = await _folder.Synchronize(options: new() { Readers = [new BrokenReader(), .. DocumentReaders.Default] });

        Assert.Equal(["a.md"], report.Added);
        var failed = Assert.Single(report.Failed);
        Assert.Equal(("b.txt", true), (failed.Id, failed.Reason.Contains("FormatException: what is this", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_file_that_breaks_keeps_its_last_readable_version_until_it_is_mended()
    {
        _folder.Write("a.md", "# A\n\nold words\n");
        await _folder.Synchronize();
        _folder.Write("a.md", [0, 1, 2]);

        Assert.Equal(["a.md"], (await _folder.Synchronize()).Failed.Select(f => f.Id));
        Assert.Contains("old words", (await _folder.Passages.GetAsync("a.md#0", cancellationToken: Token))!.Text);

        _folder.Write("a.md", "# A\n\nnew words\n");
        Assert.Equal(["a.md"], (await _folder.Synchronize()).Changed);
        Assert.Contains("new words", (await _folder.Passages.GetAsync("a.md#0", cancellationToken: Token))!.Text);
    }

    [Fact]
    public async Task A_cycle_of_links_ends_and_every_file_is_indexed_once()
    {
        _folder.Write("a/x.md", "# X\n\ntext\n");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "a", "up"), _folder.Path);
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "b"), Path.Combine(_folder.Path, "a"));
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "broken.md"), Path.Combine(_folder.Path, "gone.md"));

        var report = await _folder.Synchronize();

        Assert.Equal(["a/x.md"], report.Added);
        Assert.Equal(["broken.md"], report.Failed.Select(f => f.Id));
        Assert.Equal(2, report.Skipped.Count);
    }

    [Fact]
    public async Task Names_with_a_dot_and_build_folders_are_passed_over()
    {
        _folder.Write(".git/x.md", "hidden");
        _folder.Write("bin/x.md", "built");
        _folder.Write("node_modules/x.md", "foreign");
        _folder.Write("seen.md", "# Seen\n\ntext\n");

        var report = await _folder.Synchronize();

        Assert.Equal(["seen.md"], report.Added);
        Assert.Empty(report.Skipped);
    }

    [Fact]
    public async Task A_file_above_the_limit_is_refused_with_both_sizes()
    {
        _folder.Write("big.txt", new string('x', 2000));

        var report = await _folder.Synchronize(options: new() { MaxFileBytes = 1000 });

        Assert.Contains("2,000 bytes; up to 1,000", Assert.Single(report.Failed).Reason);
    }

    [Fact]
    public async Task A_checkpoint_is_made_after_changes_and_only_then()
    {
        var checkpoints = 0;
        var options = new IngestionOptions { Checkpoint = _ => { checkpoints++; return Task.CompletedTask; } };
        _folder.Write("a.md", "# A\n\ntext\n");

        await _folder.Synchronize(options: options);
        await _folder.Synchronize(options: options);

        Assert.Equal(1, checkpoints);
    }

    [Fact]
    public async Task A_full_disk_reaches_the_caller_and_the_next_run_saves_again()
    {
        var full = true;
        var saved = 0;
        var options = new IngestionOptions { Checkpoint = _ => full ? Task.FromException(new IOException("No space left on device")) : Task.FromResult(saved++) };
        _folder.Write("a.md", "# A\n\ntext\n");
        using var indexer = _folder.Indexer(options: options);

        await Assert.ThrowsAsync<IOException>(() => indexer.SynchronizeAsync(FolderListing.Of(_folder.Path, cancellationToken: Token), cancellationToken: Token));
        full = false;
        var report = await indexer.SynchronizeAsync(FolderListing.Of(_folder.Path, cancellationToken: Token), cancellationToken: Token);

        Assert.Equal(1, report.Unchanged);
        Assert.Equal(1, saved);
    }

    [Fact]
    public async Task Adding_some_files_leaves_the_others_alone_and_removing_takes_all_passages()
    {
        _folder.Write("a.md", "# A\n\none\n\n# B\n\ntwo\n");
        var other = _folder.Write("b.md", "# C\n\nthree\n");
        await _folder.Synchronize();
        using var indexer = _folder.Indexer();

        Assert.Equal(["up/b.md"], (await indexer.AddAsync([new("up/b.md", other)], cancellationToken: Token)).Added);
        Assert.Equal(3, (await indexer.GetDocumentsAsync(Token)).Count);
        Assert.True(await indexer.RemoveAsync("a.md", Token));
        Assert.False(await indexer.RemoveAsync("a.md", Token));
        Assert.Null(await _folder.Passages.GetAsync("a.md#1", cancellationToken: Token));
        Assert.Equal(["b.md", "up/b.md"], (await indexer.GetDocumentsAsync(Token)).Select(d => d.Id));
    }

    [Fact]
    public async Task Progress_ends_with_every_document_done()
    {
        _folder.Write("a.md", "# A\n\none\n");
        _folder.Write("b.md", [0]);
        var last = default(IngestionProgress);
        using var indexer = _folder.Indexer();

        await indexer.SynchronizeAsync(FolderListing.Of(_folder.Path, cancellationToken: Token), new Direct(p => last = p), Token);

        Assert.Equal((2, 2, 1), (last.DocumentsDone, last.DocumentsTotal, last.PassagesWritten));
    }

    [Fact]
    public async Task Cancellation_stops_the_run()
    {
        _folder.Write("a.md", "# A\n\none\n");
        using var indexer = _folder.Indexer();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => indexer.SynchronizeAsync(FolderListing.Of(_folder.Path, cancellationToken: Token), cancellationToken: stop.Token));
    }

    [Fact]
    public void A_missing_folder_is_told_with_the_place_looked_at() =>
        Assert.Contains("looked at", Assert.Throws<DirectoryNotFoundException>(() => FolderListing.Of(Path.Combine(_folder.Path, "no"), cancellationToken: Token)).Message);

    private sealed class BrokenReader : IDocumentReader
    {
        public IReadOnlyCollection<string> Extensions { get; } = [".txt"];

        public DocumentText Read(ReadOnlyMemory<byte> content, string name, CancellationToken cancellationToken = default) => throw new FormatException("what is this");
    }

    private sealed class Direct(Action<IngestionProgress> report) : IProgress<IngestionProgress>
    {
        public void Report(IngestionProgress value) => report(value);
    }
}
