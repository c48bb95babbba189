using LocalRag.Connectors.SentenceTransformers.Hub.Naming;

namespace LocalRag.Hub.Tests.Naming;

public sealed class RepositoryNameTests
{
    [Theory]
    [InlineData("acme/bi", null, "acme/bi", "main")]
    [InlineData("acme/bi@v1.0", null, "acme/bi", "v1.0")]
    [InlineData("acme/bi@refs/pr/1", null, "acme/bi", "refs/pr/1")]
    [InlineData("acme/bi", "v2", "acme/bi", "v2")]
    [InlineData("acme/bi@v2", "v2", "acme/bi", "v2")]
    [InlineData("A-b_c.d/e-f_g.h", null, "A-b_c.d/e-f_g.h", "main")]
    public void A_name_and_its_revision_are_read(string text, string? revision, string id, string expected)
    {
        var name = RepositoryName.Parse(text, revision);
        Assert.Equal((id, expected), (name.Id, name.Revision));
    }

    [Theory]
    [InlineData("bi")]
    [InlineData("a/b/c")]
    [InlineData("/b")]
    [InlineData("a/")]
    [InlineData("-a/b")]
    [InlineData("a/b-")]
    [InlineData(".a/b")]
    [InlineData("a/b.")]
    [InlineData("a/b--c")]
    [InlineData("a/b..c")]
    [InlineData("a/b.git")]
    [InlineData("a b/c")]
    [InlineData("ä/b")]
    [InlineData("../b")]
    [InlineData("a/..")]
    [InlineData("a\\b/c")]
    [InlineData("a/b@")]
    [InlineData("a/b@../../x")]
    [InlineData("a/b@/x")]
    [InlineData("a/b@x:y")]
    [InlineData("a/b@x\\y")]
    public void A_malformed_name_is_refused(string text) => Assert.Throws<ArgumentException>(() => RepositoryName.Parse(text));

    [Fact]
    public void The_longest_part_has_96_characters()
    {
        RepositoryName.Parse($"a/{new string('b', 96)}");
        Assert.Throws<ArgumentException>(() => RepositoryName.Parse($"a/{new string('b', 97)}"));
    }

    [Fact]
    public void Two_different_revisions_are_refused()
    {
        var exception = Assert.Throws<ArgumentException>(() => RepositoryName.Parse("acme/bi@v1", "v2"));
        Assert.Contains("'v1'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("'v2'", exception.Message, StringComparison.Ordinal);
    }
}
