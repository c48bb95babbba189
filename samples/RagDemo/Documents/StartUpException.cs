namespace RagDemo.Documents;

/// <summary>Models or index could not be opened, so no question can be answered.</summary>
internal sealed class StartUpException(string message, Exception innerException) : Exception(message, innerException);
