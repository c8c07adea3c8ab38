/** The words that Git's date parsers know, and how they are compared. */

/** In order, January first. */
export const MONTH_NAMES: readonly string[] = [
  'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December',
];

/** In order, Sunday first. */
export const WEEKDAY_NAMES: readonly string[] = [
  'Sundays', 'Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays',
];

/** Names of zones with the hours that they are ahead of UTC, summer time included. */
export const ZONE_NAMES: readonly (readonly [name: string, hours: number])[] = [
  ['IDLW', -12], ['NT', -11], ['CAT', -10], ['HST', -10], ['HDT', -9], ['YST', -9], ['YDT', -8], ['PST', -8], ['PDT', -7],
  ['MST', -7], ['MDT', -6], ['CST', -6], ['CDT', -5], ['EST', -5], ['EDT', -4], ['AST', -3], ['ADT', -2], ['WAT', -1],
  ['GMT', 0], ['UTC', 0], ['Z', 0],
  ['WET', 0], ['BST', 1], ['CET', 1], ['MET', 1], ['MEWT', 1], ['MEST', 2], ['CEST', 2], ['MESZ', 2], ['FWT', 1], ['FST', 2],
  ['EET', 2], ['EEST', 3], ['WAST', 7], ['WADT', 8], ['CCT', 8], ['JST', 9], ['EAST', 10], ['EADT', 11], ['GST', 10],
  ['NZT', 12], ['NZST', 12], ['NZDT', 13], ['IDLE', 12],
];

/**
 * How many characters of the word at `at` are the beginning of `name`, in either case: 0 where the word goes on
 * differently, and its length where the word ends within the name.
 */
export function matchName(text: string, at: number, name: string): number {
  let size = 0;
  for (let i = at; i < text.length; i++, size++) {
    const code = text.charCodeAt(i);
    if (size < name.length && upper(code) === upper(name.charCodeAt(size))) continue;
    return isWord(code) ? 0 : size;
  }
  return size;
}

function upper(code: number): number {
  return code >= 0x61 && code <= 0x7a ? code - 0x20 : code;
}

function isWord(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
