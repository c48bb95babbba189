namespace LocalRag.Connectors.SentenceTransformers.Hub.Naming;

/// <summary>A model repository at a revision: <c>owner/name@revision</c>, checked.</summary>
internal sealed record RepositoryName
{
    public const string DefaultRevision = "main";
    private const int LongestPart = 96;

    private RepositoryName(string id, string revision)
    {
        Id = id;
        Revision = revision;
    }

    /// <summary><c>owner/name</c>.</summary>
    public string Id { get; }

    /// <summary>Branch, tag, pull-request reference or commit.</summary>
    public string Revision { get; }

    public string Name => Id[(Id.IndexOf('/') + 1)..];

    public string Owner => Id[..Id.IndexOf('/')];

    /// <summary>Name of the repository's folder in the cache.</summary>
    public string CacheFolderName => "models--" + Id.Replace("/", "--", StringComparison.Ordinal);

    /// <summary>The revision as one part of an address; slashes are encoded too.</summary>
    public string EncodedRevision => Uri.EscapeDataString(Revision);

    /// <summary>Parses <c>owner/name[@revision]</c>; a revision given apart must not contradict the name.</summary>
    /// <exception cref="ArgumentException">The name or the revision is malformed.</exception>
    public static RepositoryName Parse(string text, string? revision = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        var at = text.IndexOf('@');
        var id = at < 0 ? text : text[..at];
        var own = at < 0 ? null : text[(at + 1)..];
        if (own is not null && revision is not null && own != revision)
        {
            throw new ArgumentException($"The name '{text}' asks for revision '{own}' and the options ask for '{revision}'. Give one of them.", nameof(revision));
        }

        var parts = id.Split('/');
        if (parts.Length != 2 || !parts.All(IsPart))
        {
            throw new ArgumentException(
                $"'{RemotePath.Printable(text)}' is not a repository name. Expected owner/name[@revision], each part of 1 to {LongestPart} letters, digits, '-', '_' or '.', not beginning or ending with '-' or '.', without '--' or '..', and not ending with '.git'.",
                nameof(text));
        }

        var chosen = own ?? revision ?? DefaultRevision;
        if ((RemotePath.FindTrick(chosen) ?? RemotePath.FindUnportable(chosen)) is { } reason)
        {
            throw new ArgumentException($"'{RemotePath.Printable(chosen)}' is not a revision: {reason}. Expected a branch, a tag, a commit or refs/pr/N.", nameof(revision));
        }

        return new RepositoryName(id, chosen);
    }

    public RepositoryName At(string revision) => new(Id, revision);

    public override string ToString() => Revision == DefaultRevision ? Id : $"{Id}@{Revision}";

    private static bool IsPart(string part)
        => part.Length is > 0 and <= LongestPart
        && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        && part[0] is not ('-' or '.') && part[^1] is not ('-' or '.')
        && !part.Contains("--", StringComparison.Ordinal) && !part.Contains("..", StringComparison.Ordinal)
        && !part.EndsWith(".git", StringComparison.Ordinal);
}
