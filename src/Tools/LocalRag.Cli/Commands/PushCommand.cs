using System.CommandLine;
using LocalRag.Cli.Models;
using LocalRag.Connectors.SentenceTransformers.Hub;

namespace LocalRag.Cli.Commands;

/// <summary><c>localrag push DIR OWNER/NAME</c>: pushes a model directory to the hub.</summary>
internal static class PushCommand
{
    public static Command Create(ToolStreams streams) => Create(streams, static () => new HuggingFaceHub());

    /// <summary>The command over the hub of a test.</summary>
    public static Command Create(ToolStreams streams, Func<HuggingFaceHub> hub)
    {
        var directory = new Argument<string>("DIR") { Description = "The model's directory." };
        var name = new Argument<string>("OWNER/NAME") { Description = "The repository; it is made if it does not exist." };
        var message = new Option<string?>("--message") { Description = "First line of the commit. Default: 'Add new … model'.", HelpName = "M" };
        var description = new Option<string?>("--description") { Description = "Further text of the commit.", HelpName = "D" };
        var isPrivate = new Option<bool>("--private") { Description = "Make a new repository private." };
        var tags = new Option<string[]>("--tag") { Description = "A tag of the model card; may be given more than once.", HelpName = "T" };
        var existOk = new Option<bool>("--exist-ok") { Description = "Commit to a repository that exists already, instead of refusing." };
        var revision = new Option<string?>("--revision") { Description = "The branch to commit to; it is made if it does not exist. Default: main.", HelpName = "R" };
        var pullRequest = new Option<bool>("--create-pr") { Description = "Open a pull request instead of changing the branch." };
        var command = new Command("push", "Pushes a model directory to the Hugging Face hub as one commit and prints the commit's address (with --create-pr the pull request's). Needs a token with write access in HF_TOKEN. What the repository holds already is not sent again.")
        { directory, name, message, description, isPrivate, tags, existOk, revision, pullRequest };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new HubPushOptions
            {
                CommitMessage = parsed.GetValue(message),
                CommitDescription = parsed.GetValue(description),
                Private = parsed.GetValue(isPrivate) ? true : null,
                Tags = parsed.GetValue(tags) ?? [],
                ExistOk = parsed.GetValue(existOk),
                Revision = parsed.GetValue(revision),
                CreatePullRequest = parsed.GetValue(pullRequest),
            };
            HubPushResult result;
            using (var progress = new DownloadProgress(streams))
                result = await hub().PushAsync(parsed.GetRequiredValue(directory), parsed.GetRequiredValue(name), options, progress, cancellationToken).ConfigureAwait(false);
            await streams.WriteLineAsync((result.PullRequestUrl ?? result.CommitUrl).AbsoluteUri, cancellationToken).ConfigureAwait(false);
            return 0;
        });
        return command;
    }
}
