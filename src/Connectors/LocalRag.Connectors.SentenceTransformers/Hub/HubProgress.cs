namespace LocalRag.Connectors.SentenceTransformers.Hub;

/// <summary>How far a download or a push has come; all sizes are bytes.</summary>
/// <param name="File">The file that moved on, as a path inside the repository.</param>
/// <param name="FileBytesDone">Bytes of this file that are in place, those of an earlier, interrupted run included.</param>
/// <param name="FileBytes">Size of this file.</param>
/// <param name="BytesDone">Bytes of all files together that are in place.</param>
/// <param name="Bytes">Size of all files together.</param>
/// <param name="FilesDone">Files that are complete.</param>
/// <param name="Files">How many files there are.</param>
public sealed record HubProgress(string File, long FileBytesDone, long FileBytes, long BytesDone, long Bytes, int FilesDone, int Files);
