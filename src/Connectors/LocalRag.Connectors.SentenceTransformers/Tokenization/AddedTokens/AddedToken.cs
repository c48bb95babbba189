namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>A token that is found in the text itself, before the model sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its text.</param>
/// <param name="SingleWord">True to match only where no word character touches it.</param>
/// <param name="LeftStrip">True to take the white space before it.</param>
/// <param name="RightStrip">True to take the white space after it.</param>
/// <param name="Normalized">True to look for it in the normalised text.</param>
/// <param name="Special">True to leave it out when decoding.</param>
internal sealed record AddedToken(int Id, string Content, bool SingleWord, bool LeftStrip, bool RightStrip, bool Normalized, bool Special);
