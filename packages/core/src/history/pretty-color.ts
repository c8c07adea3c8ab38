/** The escape sequences of colours as `color.*` and `%C(…)` name them (git-config(1), "color"). */

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const ATTRIBUTES: Readonly<Record<string, number>> = {
  bold: 1, dim: 2, italic: 3, ul: 4, blink: 5, reverse: 7, strike: 9,
};

/** What resets all colours. */
export const COLOR_RESET = '\u001b[m';

/** The sequence for words such as `bold red`, `#ff0000 blue` or `reset`; `undefined` where a word is none. */
export function ansiColor(text: string): string | undefined {
  const attributes: number[] = [];
  const colors: string[] = [];
  let resets = false;
  for (const word of text.trim().split(/\s+/)) {
    if (word === '') continue;
    if (word === 'reset') {
      resets = true;
      continue;
    }
    const color = colorCode(word, colors.length > 0);
    if (color !== undefined) {
      if (colors.length === 2) return undefined;
      colors.push(color);
      continue;
    }
    const match = /^(no-?)?(.*)$/.exec(word)!;
    const attribute = ATTRIBUTES[match[2]!];
    if (attribute === undefined) return undefined;
    const off = attribute === 1 ? 22 : attribute + 20;
    attributes.push(match[1] === undefined ? attribute : off);
  }
  const codes = [...attributes.sort((left, right) => left - right).map(String), ...colors].filter((code) => code !== '');
  if (codes.length === 0) return resets ? COLOR_RESET : '';
  return `\u001b[${resets ? ';' : ''}${codes.join(';')}m`;
}

/** '' for `normal`, which changes nothing; `undefined` for a word that is no colour. */
function colorCode(word: string, isBackground: boolean): string | undefined {
  const offset = isBackground ? 10 : 0;
  if (word === 'normal') return '';
  if (word === 'default') return String(39 + offset);
  const bright = word.startsWith('bright');
  const index = NAMES.indexOf(bright ? word.slice(6) : word);
  if (index >= 0) return String((bright ? 90 : 30) + index + offset);
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(word);
  if (hex !== null) return [38 + offset, 2, ...hex.slice(1).map((part) => Number.parseInt(part, 16))].join(';');
  if (!/^-?\d{1,3}$/.test(word)) return undefined;
  const number = Number(word);
  if (number < -1 || number > 255) return undefined;
  if (number === -1) return '';
  if (number < 8) return String(30 + number + offset);
  if (number < 16) return String(82 + number + offset);
  return `${38 + offset};5;${number}`;
}
