namespace LocalRag.Connectors.SentenceTransformers.Hub.Listing;

/// <summary>All files of a repository at one commit; every name has been checked for path tricks.</summary>
internal sealed record RepositoryListing(string Commit, IReadOnlyDictionary<string, RemoteFile> Files);
