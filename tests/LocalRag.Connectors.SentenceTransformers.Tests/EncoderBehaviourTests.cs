using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Numerics.Tensors;
using LocalRag.Connectors.SentenceTransformers.Tests.Faults;
using LocalRag.Connectors.SentenceTransformers.Tests.Goldens;

namespace LocalRag.Connectors.SentenceTransformers.Tests;

public sealed class EncoderBehaviourTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Empty_in_empty_out()
    {
        using var encoder = BiEncoder.Load(GoldenModels.Golden("bert-mean"));
        using var scorer = CrossEncoder.Load(GoldenModels.Golden("ce-bert-1"));
        Assert.Empty(encoder.Encode([]));
        Assert.Empty(scorer.Predict([]));
        Assert.Empty(scorer.Rank("query", []));
        Assert.Equal([0], scorer.PredictTensor([]).Lengths.ToArray());
    }

    [Fact]
    public async Task A_null_is_named_by_its_index()
    {
        using var encoder = BiEncoder.Load(GoldenModels.Golden("bert-mean"));
        using var scorer = CrossEncoder.Load(GoldenModels.Golden("ce-bert-1"));
        Assert.Contains("Text 1 of 2", Assert.Throws<ArgumentException>("texts", () => encoder.Encode(["a", null!])).Message, StringComparison.Ordinal);
        Assert.Contains("Pair 0 of 1", Assert.Throws<ArgumentException>("pairs", () => scorer.Predict([("a", null!)])).Message, StringComparison.Ordinal);
        Assert.Contains("Document 1 of 2", Assert.Throws<ArgumentException>("documents", () => scorer.Rank("q", ["a", null!])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>("texts", () => encoder.Encode((IReadOnlyList<string>)null!));
        Assert.Throws<ArgumentNullException>("text", () => encoder.Encode((string)null!));
        var error = await Assert.ThrowsAsync<ArgumentException>(async () =>
        {
            await foreach (var _ in encoder.EncodeStreamAsync(Stream(["a", "b", null!]), cancellationToken: Token))
            {
            }
        });
        Assert.Contains("Text 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lone_surrogates_and_control_characters_have_a_vector()
    {
        using var encoder = BiEncoder.Load(GoldenModels.Golden("bert-mean"));
        foreach (var text in new[] { "\ud800", "a\udc00b", "\0", "\ufffe" })
            Assert.All(encoder.Encode(text), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void A_text_of_ten_megabytes_is_truncated_like_any_other()
    {
        using var encoder = BiEncoder.Load(GoldenModels.Golden("bert-mean"));
        var text = string.Concat(Enumerable.Repeat("ten megabytes ", 750_000));
        var result = encoder.EncodeDetailed([text])[0];
        Assert.Equal((64, true), (result.TokenCount, result.Truncated));
        GoldenModels.AssertClose(encoder.Encode(text[..1400]), result.Vector.ToArray(), 1e-6, "the first 64 tokens");
    }

    [Fact]
    public void A_hundred_thousand_texts_keep_their_order()
    {
        using var encoder = BiEncoder.Load(GoldenModels.Golden("static-normalize"));
        string[] texts = [.. Enumerable.Range(0, 100_000).Select(i => $"text {i % 7}")];
        var vectors = encoder.Encode(texts);
        for (var i = 7; i < vectors.Length; i++)
            Assert.Equal(vectors[i % 7], vectors[i]);
    }

    [Fact]
    public async Task A_stream_gives_the_same_as_a_list_and_reads_no_further_ahead_than_two_windows()
    {
        using var encoder = BiEncoder.Load(GoldenModels.Golden("static-normalize"));
        string[] texts = [.. Enumerable.Range(0, 5000).Select(i => $"text number {i % 31} {(i % 5 == 0 ? "longer" : "")}")];
        var read = 0;
        async IAsyncEnumerable<string> Counting()
        {
            foreach (var text in texts)
            {
                read++;
                await Task.CompletedTask;
                yield return text;
            }
        }

        var vectors = new List<float[]>();
        await foreach (var embedding in encoder.EncodeStreamAsync(Counting(), cancellationToken: Token))
        {
            if (vectors.Count == 0)
                Assert.InRange(read, 1, 2048);
            vectors.Add(embedding.Vector.ToArray());
        }

        Assert.Equal(encoder.Encode(texts), vectors);
    }

    [Fact]
    public async Task A_stream_may_be_left_early()
    {
        using var encoder = BiEncoder.Load(GoldenModels.Golden("static-normalize"));
        await foreach (var embedding in encoder.EncodeStreamAsync(Stream(Enumerable.Repeat("text", 10_000)), cancellationToken: Token))
        {
            Assert.False(embedding.Truncated);
            break;
        }
    }

    [Fact]
    public async Task Cancelling_ends_a_long_call()
    {
        using var encoder = BiEncoder.Load(GoldenModels.MiniBi);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        string[] texts = [.. Enumerable.Range(0, 20_000).Select(i => string.Join(' ', Enumerable.Repeat($"word{i}", 120)))];
        // The first finished batch cancels: the rest must not run.
        var options = new EncodeOptions { Progress = new Callback(_ => source.Cancel()) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Run(() => encoder.Encode(texts[..200], options, source.Token), Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => encoder.AsEmbeddingGenerator().GenerateAsync(texts, cancellationToken: source.Token));
    }

    [Fact]
    public async Task Cancelling_stops_a_graph_that_is_running()
    {
        using var encoder = BiEncoder.Load(GoldenModels.MiniBi, new() { TokenBudget = 1 << 20, MaxTokens = 512 });
        // One single batch of 65,536 tokens runs for seconds.
        string[] texts = [.. Enumerable.Repeat(string.Join(' ', Enumerable.Repeat("word", 600)), 128)];
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        source.CancelAfter(TimeSpan.FromMilliseconds(100));
        var watch = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => encoder.AsEmbeddingGenerator().GenerateAsync(texts, cancellationToken: source.Token));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"Took {watch.Elapsed}.");
    }

    [Fact]
    public async Task Concurrent_calls_give_the_same_as_one_after_another()
    {
        using var encoder = BiEncoder.Load(GoldenModels.Golden("bert-mean"));
        string[][] calls = [.. Enumerable.Range(0, 16).Select(i => Enumerable.Range(0, 5 + i).Select(j => $"call {i} text {j} {new string('x', j)}").ToArray())];
        var expected = calls.Select(call => encoder.Encode(call)).ToList();
        var actual = await Task.WhenAll(calls.Select(call => Task.Run(() => encoder.Encode(call), Token)));
        for (var i = 0; i < calls.Length; i++)
            Assert.Equal(expected[i], actual[i]);
    }

    [Fact]
    public async Task Disposing_twice_and_during_calls_is_safe()
    {
        var encoder = BiEncoder.Load(GoldenModels.Golden("bert-mean"));
        var calls = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 200; i++)
                encoder.Encode("text");
        }, Token)).ToList();
        encoder.Dispose();
        encoder.Dispose();
        foreach (var call in calls)
            await Assert.ThrowsAsync<ObjectDisposedException>(() => call);
        Assert.Throws<ObjectDisposedException>(() => encoder.Encode([]));
        var scorer = CrossEncoder.Load(GoldenModels.Golden("ce-bert-1"));
        scorer.Dispose();
        scorer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => scorer.Predict("a", "b"));
        using var table = BiEncoder.Load(GoldenModels.Golden("static-normalize"));
        table.Dispose();
        Assert.Throws<ObjectDisposedException>(() => table.Encode("a"));
    }

    [Fact]
    public void Batch_size_and_workers_change_nothing_and_are_checked()
    {
        using var scorer = CrossEncoder.Load(GoldenModels.Golden("ce-bert-1"));
        (string, string)[] pairs = [.. Enumerable.Range(0, 150).Select(i => ($"query {i}", new string('y', i)))];
        var expected = scorer.Predict(pairs);
        var progress = new List<BatchProgress>();
        var actual = scorer.Predict(pairs, new() { BatchSize = 7, Workers = 3, Progress = new Callback(progress.Add) });
        GoldenModels.AssertClose(expected, actual, 1e-6, "batch size 7");
        Assert.True(progress.Count >= 150 / 7);
        Assert.Equal(new(150, 150), progress[^1]);
        Assert.Throws<ArgumentOutOfRangeException>("BatchSize", () => scorer.Predict(pairs, new() { BatchSize = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("Workers", () => scorer.Predict(pairs, new() { Workers = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>("topK", () => scorer.Rank("q", ["d"], topK: 0));
    }

    [Fact]
    public void Three_labels_are_predicted_with_PredictAll_only()
    {
        using var scorer = CrossEncoder.Load(GoldenModels.Golden("ce-bert-3"));
        Assert.Equal(["contradiction", "entailment", "neutral"], scorer.Labels);
        Assert.Contains("PredictAll", Assert.Throws<InvalidOperationException>(() => scorer.Predict("a", "b")).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => scorer.Rank("a", ["b"]));
        Tensor<float> tensor = scorer.PredictTensor([("a", "b"), ("c", "d")], new() { ApplySoftmax = true });
        Assert.Equal([2, 3], tensor.Lengths.ToArray());
        Assert.Equal(1f, tensor[1, 0] + tensor[1, 1] + tensor[1, 2], 1e-5f);
        Assert.Contains("NumLabels is 2", Assert.Throws<InvalidDataException>(() => CrossEncoder.Load(GoldenModels.Golden("ce-bert-3"), new() { NumLabels = 2 })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"activation_fn": "torch.nn.modules.activation.Tanh"}""", """{"sbert_ce_default_activation_function": "torch.nn.modules.linear.Identity"}""", ActivationFunction.Tanh)]
    [InlineData("{}", """{"sentence_transformers": {"activation_fn": "torch.nn.modules.activation.Tanh"}, "sbert_ce_default_activation_function": "torch.nn.modules.linear.Identity"}""", ActivationFunction.Tanh)]
    [InlineData("{}", """{"sbert_ce_default_activation_function": "torch.nn.modules.linear.Identity"}""", ActivationFunction.Identity)]
    [InlineData("{}", "{}", ActivationFunction.Sigmoid)]
    public void The_first_activation_that_is_named_wins(string main, string config, ActivationFunction expected)
    {
        using var model = new TemporaryModel("ce-bert-1");
        model.Write("config_sentence_transformers.json", main).Write("config.json", config);
        using (var scorer = CrossEncoder.Load(model.Directory))
            Assert.Equal(expected, scorer.Activation);
        using var overridden = CrossEncoder.Load(model.Directory, new() { Activation = ActivationFunction.ReLU });
        Assert.Equal(ActivationFunction.ReLU, overridden.Activation);
    }

    [Fact]
    public void Options_are_checked_when_the_model_is_loaded()
    {
        var directory = GoldenModels.Golden("bert-mean");
        Assert.Throws<ArgumentOutOfRangeException>("MaxTokens", () => BiEncoder.Load(directory, new() { MaxTokens = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("TokenBudget", () => BiEncoder.Load(directory, new() { TokenBudget = 0 }));
        Assert.Throws<ArgumentException>("device", () => BiEncoder.Load(directory, new() { Device = "tpu" }));
        Assert.Contains("never executed", Assert.Throws<NotSupportedException>(() => BiEncoder.Load(directory, new() { TrustRemoteCode = true })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("ClassifierDropout", () => CrossEncoder.Load(directory, new() { ClassifierDropout = 2 }));
    }

    [Fact]
    public void A_graphics_card_that_is_asked_for_and_absent_is_an_error_that_says_what_to_do()
    {
        var error = Assert.Throws<InvalidOperationException>(() => BiEncoder.Load(GoldenModels.Golden("bert-mean"), new() { Device = "cuda:1" }));
        Assert.Contains("cuda:1", error.Message, StringComparison.Ordinal);
        Assert.Contains("Microsoft.ML.OnnxRuntime.Gpu", error.Message, StringComparison.Ordinal);
        using var encoder = BiEncoder.Load(GoldenModels.Golden("bert-mean"), new() { Device = "auto", Threads = ThreadUse.Dedicated });
        Assert.Equal(32, encoder.Encode("text").Length);
    }

    [Fact]
    public void Session_options_can_be_reached()
    {
        var called = 0;
        using var encoder = BiEncoder.Load(GoldenModels.Golden("bert-mean"), new() { ConfigureSession = session => called += session.IntraOpNumThreads = 1 });
        Assert.Equal(1, called);
    }

    [Fact]
    public void A_saved_model_loads_again_with_what_its_options_changed()
    {
        var target = Path.Combine(Path.GetTempPath(), "localrag-tests", Guid.NewGuid().ToString("N"));
        try
        {
            using var original = CrossEncoder.Load(GoldenModels.MiniCe, new()
            {
                Activation = ActivationFunction.Identity,
                MaxTokens = 33,
                Prompts = new Dictionary<string, string> { ["q"] = "question: " },
                DefaultPromptName = "q",
                ClassifierDropout = 0.25,
            });
            original.Save(Path.Combine(target, "ce"));
            using var saved = CrossEncoder.Load(Path.Combine(target, "ce"));
            Assert.Equal((ActivationFunction.Identity, 33, "q"), (saved.Activation, saved.MaxTokens, saved.DefaultPromptName));
            Assert.Equal(original.Predict("a", "b"), saved.Predict("a", "b"));
            Assert.Contains("0.25", File.ReadAllText(Path.Combine(target, "ce", "config.json")), StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => saved.SavePretrained(Path.Combine(target, "ce")));

            using var encoder = BiEncoder.Load(GoldenModels.Golden("bert-mean-dense-tanh-normalize"));
            encoder.Save(Path.Combine(target, "bi"));
            using var again = BiEncoder.Load(Path.Combine(target, "bi"));
            Assert.Equal(encoder.Encode("text"), again.Encode("text"));
            Assert.Equal(encoder.VectorSpace, again.VectorSpace);
        }
        finally
        {
            Directory.Delete(target, recursive: true);
        }
    }

    [Fact]
    public void Collating_gives_padded_ids_masks_and_labels()
    {
        using var scorer = CrossEncoder.Load(GoldenModels.Golden("ce-bert-1"));
        var (batch, labels) = scorer.SmartBatchingCollate([("a", "b", 1f), ("a longer first text", "b", 0f)]);
        using (batch)
        {
            Assert.Equal([1f, 0f], labels);
            Assert.Equal(2, batch.RowCount);
            Assert.Equal(batch.TokenCount, batch.AttentionMask.Span.ToArray().Sum());
            Assert.Equal(0, batch.InputIds.Span[batch.Width - 1]);
            Assert.Equal(1, batch.TokenTypeIds.Span[2 * batch.Width - 1]);
            var logits = scorer.Forward(batch).Logits;
            var scores = scorer.Predict([("a", "b"), ("a longer first text", "b")], new() { Activation = ActivationFunction.Identity });
            Assert.Equal(scores[0], logits[0, 0], 1e-5f);
            Assert.Equal(scores[1], logits[1, 0], 1e-5f);
        }

        batch.Dispose();
        Assert.Throws<ObjectDisposedException>(() => batch.InputIds);
        Assert.Throws<ArgumentException>("pairs", () => scorer.SmartBatchingCollateTextOnly([]));
    }

    [Fact]
    public void Similarity_follows_the_models_function()
    {
        using var model = new TemporaryModel("bert-mean");
        model.Set("config_sentence_transformers.json", "similarity_fn_name", "euclidean");
        using var encoder = BiEncoder.Load(model.Directory);
        Assert.Equal(SimilarityFunction.Euclidean, encoder.SimilarityFunction);
        Assert.Equal([[-5f, 0f]], encoder.Similarity([[3f, 4f]], [[0f, 0f], [3f, 4f]]));
        Assert.Equal([0f], encoder.SimilarityPairwise([[3f, 4f]], [[3f, 4f]]));
    }

    [Fact]
    public void Calls_are_measured_without_any_text()
    {
        var measured = new Dictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "LocalRag.Connectors.SentenceTransformers")
                self.EnableMeasurementEvents(instrument);
        };
        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var (key, tag) in tags)
            {
                if (key == "gen_ai.request.model" && tag is "bert-cls-dense-identity-nobias")
                    lock (measured)
                        measured[instrument.Name] = measured.GetValueOrDefault(instrument.Name) + value;
            }
        }

        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        var activities = new List<Activity>();
        using var source = new ActivityListener
        {
            ShouldListenTo = candidate => candidate.Name == "LocalRag.Connectors.SentenceTransformers",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (activities)
                    activities.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(source);

        using var encoder = BiEncoder.Load(GoldenModels.Golden("bert-cls-dense-identity-nobias"));
        encoder.Encode(["secret", "a longer secret"]);
        Assert.Equal(2, measured["localrag.model.texts"]);
        Assert.Equal(encoder.CountTokens("secret") + encoder.CountTokens("a longer secret"), measured["localrag.model.tokens"]);
        Assert.True(measured["localrag.model.padding_tokens"] > 0);
        Assert.True(measured["localrag.model.duration"] > 0);
        var activity = Assert.Single(activities, activity => activity.DisplayName == "embeddings bert-cls-dense-identity-nobias");
        Assert.All(activity.TagObjects, tag => Assert.DoesNotContain("secret", tag.Value?.ToString() ?? "", StringComparison.Ordinal));
    }

    private static async IAsyncEnumerable<string> Stream(IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            await Task.CompletedTask;
            yield return text;
        }
    }

    private sealed class Callback(Action<BatchProgress> report) : IProgress<BatchProgress>
    {
        public void Report(BatchProgress value) => report(value);
    }
}
