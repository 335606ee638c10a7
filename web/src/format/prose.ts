/** Whether a change only names records of the CRM by their ids, which tells people nothing. */
export function namesRecordsOnly(label: string): boolean {
  return /\b[0-9a-zA-Z]{3}[0-9A-Za-z]{12}(?:[A-Z]{3})?\b.*\d/.test(label);
}

/** A sentence that begins a line. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * Sentences that the server writes in plain ASCII, set as a page sets them: ± for +-, one sign after
 * its number, curly quotation marks. Numbers and words stay what they are.
 */
export function prose(text: string | null | undefined): string {
  return (text ?? '')
    .replace(/\+-\s?/g, '±')
    .replace(/(\d) %/g, '$1%')
    .replace(/"([^"]*)"/g, '“$1”')
    .replace(/ - /g, ' – ');
}
