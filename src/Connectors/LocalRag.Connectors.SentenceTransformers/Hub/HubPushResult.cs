namespace LocalRag.Connectors.SentenceTransformers.Hub;

/// <summary>What a push made.</summary>
/// <param name="CommitUrl">Address of the commit; of the repository when nothing had changed and no commit was made.</param>
/// <param name="Commit">The commit, 40 hexadecimal digits; that of the branch when nothing had changed.</param>
/// <param name="PullRequestUrl">Address of the pull request; null unless one was asked for.</param>
public sealed record HubPushResult(Uri CommitUrl, string Commit, Uri? PullRequestUrl);
