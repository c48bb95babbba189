namespace LocalRag.Connectors.SentenceTransformers.Hub.Http;

/// <summary>Reads the body of an answer that fits into memory, within limits of size and patience.</summary>
internal static class HubBody
{
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, int longest, HubSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        using var guard = new StallGuard(settings.StallTimeout, time, cancellationToken);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(guard.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                using var body = new MemoryStream();
                var buffer = new byte[16 * 1024];
                while (await stream.ReadAsync(buffer, guard.Token).ConfigureAwait(false) is var read and > 0)
                {
                    guard.Moved();
                    if (body.Length + read > longest)
                    {
                        throw new HubException(HubErrorKind.Protocol, $"{response.RequestMessage?.RequestUri?.Host} answered with more than {longest:N0} bytes where a short text was expected. Check HF_ENDPOINT.");
                    }

                    body.Write(buffer, 0, read);
                }

                return body.GetBuffer().AsMemory(0, (int)body.Length);
            }
        }
        catch (Exception exception) when (IsBroken(exception) || (exception is OperationCanceledException && guard.Expired))
        {
            throw new HubException(HubErrorKind.Unavailable, $"The answer of {response.RequestMessage?.RequestUri?.Host} broke off. Try again.", exception);
        }
    }

    /// <summary>Whether the connection, as opposed to our own code or disk, failed while a body was read.</summary>
    public static bool IsBroken(Exception exception) => exception is HttpRequestException or HttpIOException or System.Net.Sockets.SocketException
        || (exception is IOException && exception.InnerException is System.Net.Sockets.SocketException or HttpIOException);
}
