"""What the assistant may answer from: lessons and answers that staff checked."""
