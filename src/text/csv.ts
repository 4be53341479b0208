/** A text as a field of comma-separated values (RFC 4180): quoted where it would be read as something else. */
export const csvText = (text: string): string =>
  /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
