namespace LocalRag.Connectors.SentenceTransformers.Hub;

/// <summary>How a model directory is pushed.</summary>
public sealed class HubPushOptions
{
    /// <summary>First line of the commit.</summary>
    /// <value>Null (the default) says <c>Add new SentenceTransformer model</c> or <c>Add new CrossEncoder model</c>, as the Python library does.</value>
    public string? CommitMessage { get; set; }

    /// <summary>Further text of the commit.</summary>
    /// <value>Null by default.</value>
    public string? CommitDescription { get; set; }

    /// <summary>Whether a repository that is created becomes private.</summary>
    /// <value>Null (the default) leaves it to the owner's settings on the hub. An existing repository keeps its visibility.</value>
    public bool? Private { get; set; }

    /// <summary>Tags of the model card.</summary>
    /// <value>Empty by default; tags that an existing card lacks are added to the pushed copy.</value>
    public IList<string> Tags { get; set; } = [];

    /// <summary>Whether the repository may exist already.</summary>
    /// <value>False by default, as in the Python library: an existing repository is then an error.</value>
    public bool ExistOk { get; set; }

    /// <summary>The branch to commit to.</summary>
    /// <value>Null (the default) means <c>main</c>. The branch must exist.</value>
    public string? Revision { get; set; }

    /// <summary>Whether the commit opens a pull request instead of changing the branch.</summary>
    /// <value>False by default.</value>
    public bool CreatePullRequest { get; set; }
}
