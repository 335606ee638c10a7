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
