using LocalRag.Connectors.SentenceTransformers.Hub.Upload;

namespace LocalRag.Hub.Tests.Uploading;

public sealed class ModelCardTests
{
    [Theory]
    [InlineData("# Only text\n", "---\ntags:\n- new\n---\n\n# Only text\n")]
    [InlineData("---\nlicense: mit\n---\ntext", "---\ntags:\n- new\nlicense: mit\n---\ntext")]
    [InlineData("---\ntags:\n- old\nlicense: mit\n---\n", "---\ntags:\n- old\n- new\nlicense: mit\n---\n")]
    [InlineData("---\ntags:\n  - old\n  - 'new'\nlicense: mit\n---\n", "---\ntags:\n  - old\n  - 'new'\nlicense: mit\n---\n")]
    [InlineData("---\nlicense: mit\ntags:\n  - old\n---\n", "---\nlicense: mit\ntags:\n  - old\n  - new\n---\n")]
    [InlineData("---\ntags: [old, \"x y\"]\n---\n", "---\ntags: [old, \"x y\", new]\n---\n")]
    [InlineData("---\ntags: [new]\n---\n", "---\ntags: [new]\n---\n")]
    [InlineData("---\ntags: []\n---\n", "---\ntags: [new]\n---\n")]
    [InlineData("---\n---\ntext\n---\n", "---\ntags:\n- new\n---\ntext\n---\n")]
    public void Lacking_tags_are_added_and_all_else_stays(string card, string expected) => Assert.Equal(expected, ModelCard.AddTags(card, ["new", "new"]));

    [Theory]
    [InlineData("yes: no", "\"yes: no\"")]
    [InlineData("- x", "\"- x\"")]
    [InlineData("a\"b", "\"a\\u0022b\"")]
    [InlineData("base_model:quantized", "\"base_model:quantized\"")]
    [InlineData("en-US", "en-US")]
    public void Tags_that_mean_something_in_the_head_are_quoted(string tag, string expected)
        => Assert.Contains($"- {expected}\n", ModelCard.AddTags("", [tag]), StringComparison.Ordinal);
}
