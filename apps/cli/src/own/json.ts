/** Answers as JSON: one document, indented, with a line feed at its end. */
export function jsonText(data: unknown): string {
  return `${JSON.stringify(data, undefined, 2)}\n`;
}

/** A record of a stream as JSON: one line. */
export function jsonLine(data: unknown): string {
  return `${JSON.stringify(data)}\n`;
}
