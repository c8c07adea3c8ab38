/** Colours of configuration (git-config(1), "color") as the codes of a terminal. */

const NAMES: readonly string[] = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const ATTRIBUTES: Readonly<Record<string, readonly [number, number]>> = {
  bold: [1, 22], dim: [2, 22], italic: [3, 23], ul: [4, 24], blink: [5, 25], reverse: [7, 27], strike: [9, 29],
};

/** The code of a colour such as `bold red blue`; `''` for `normal`, `undefined` for what is none. */
export function colorCode(text: string): string | undefined {
  const words = text.trim().split(/\s+/).filter((word) => word !== '');
  if (words.length === 1 && words[0]!.toLowerCase() === 'reset') return '\x1b[m';
  let isReset = false;
  const attributes = new Set<number>();
  const colors: string[] = [];
  for (const word of words) {
    const lower = word.toLowerCase();
    const attribute = /^(no-?)?(.+)$/.exec(lower)!;
    const known = ATTRIBUTES[attribute[2]!];
    if (lower === 'reset') {
      isReset = true;
    } else if (known !== undefined) {
      attributes.add(attribute[1] === undefined ? known[0] : known[1]);
    } else {
      if (colors.length === 2) return undefined;
      const color = colorNumber(lower, colors.length === 0 ? 30 : 40);
      if (color === undefined) return undefined;
      colors.push(color);
    }
  }
  const codes = [...attributes].sort((left, right) => left - right).map(String).concat(colors.filter((color) => color !== ''));
  if (isReset) codes.unshift('');
  return codes.length === 0 ? '' : `\x1b[${codes.join(';')}m`;
}

/** `''` for `normal`. */
function colorNumber(word: string, base: 30 | 40): string | undefined {
  if (word === 'normal' || word === '-1') return '';
  if (word === 'default') return String(base + 9);
  const isBright = word.startsWith('bright');
  const index = NAMES.indexOf(isBright ? word.slice(6) : word);
  if (index >= 0) return String(base + index + (isBright ? 60 : 0));
  const hex = /^#(?:([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2}))$/.exec(word);
  if (hex !== null) return `${base + 8};2;${hex.slice(1).map((part) => Number.parseInt(part, 16)).join(';')}`;
  if (!/^\d+$/.test(word) || Number(word) > 255) return undefined;
  const number = Number(word);
  if (number < 8) return String(base + number);
  return number < 16 ? String(base + 60 + number - 8) : `${base + 8};5;${number}`;
}
