import { findTrailerBlock, findTrailerSeparator, trimMessage, unfoldTrailer } from './trailers.js';

/** The options of `%(trailers:…)`. */
interface TrailerOptions {
  readonly keys: string[];
  only: boolean;
  unfold: boolean;
  keyOnly: boolean;
  valueOnly: boolean;
  separator: string | undefined;
  keyValueSeparator: string | undefined;
}

const FLAGS: Readonly<Record<string, 'only' | 'unfold' | 'keyOnly' | 'valueOnly'>> = {
  only: 'only', unfold: 'unfold', keyonly: 'keyOnly', valueonly: 'valueOnly',
};

/**
 * What `%(trailers…)` stands for.
 *
 * @param options the text between `trailers:` and the parenthesis; '' for none
 * @param expand the literal placeholders (`%n`, `%x00`, `%%`) of a separator
 * @returns `undefined` where the options cannot be understood: the placeholder then stays as it is.
 */
export function formatTrailers(message: string, options: string, expand: (text: string) => string): string | undefined {
  const parsed = parseTrailerOptions(options, expand);
  if (parsed === undefined) return undefined;
  const block = findTrailerBlock(message);
  const { only, unfold, keys, separator, keyOnly, valueOnly, keyValueSeparator } = parsed;
  const isPlain = !only && !unfold && keys.length === 0 && separator === undefined && !keyOnly && !valueOnly &&
    keyValueSeparator === undefined;
  if (isPlain) return message.slice(block.start, block.end);
  let result = '';
  for (const line of block.lines) {
    const shown = formatTrailer(line, parsed);
    if (shown === undefined) continue;
    if (separator === undefined) result += shown;
    else result += (result === '' ? '' : separator) + shown.replace(/[ \t\n\v\f\r]+$/, '');
  }
  return result;
}

function formatTrailer(line: string, options: TrailerOptions): string | undefined {
  const at = findTrailerSeparator(line, ':');
  if (at < 1) return options.only ? undefined : line;
  const token = trimMessage(line.slice(0, at));
  const wanted = options.keys.length === 0 || options.keys.some((key) => key.toLowerCase() === token.toLowerCase());
  if (!wanted) return undefined;
  const trimmed = trimMessage(line.slice(at + 1));
  const value = options.unfold ? unfoldTrailer(trimmed) : trimmed;
  const between = options.keyOnly || options.valueOnly ? '' : (options.keyValueSeparator ?? ': ');
  return `${options.valueOnly ? '' : token}${between}${options.keyOnly ? '' : value}\n`;
}

function parseTrailerOptions(text: string, expand: (text: string) => string): TrailerOptions | undefined {
  const options: TrailerOptions = {
    keys: [], only: false, unfold: false, keyOnly: false, valueOnly: false, separator: undefined, keyValueSeparator: undefined,
  };
  if (text === '') return options;
  for (const part of text.split(',')) {
    const cut = part.indexOf('=');
    const name = cut < 0 ? part : part.slice(0, cut);
    const value = cut < 0 ? undefined : part.slice(cut + 1);
    const flag = FLAGS[name];
    if (flag !== undefined) {
      const isOn = value === undefined ? true : parseBool(value);
      if (isOn === undefined) return undefined;
      options[flag] = isOn;
    } else if (name === 'key' && value !== undefined) {
      options.keys.push(value.endsWith(':') ? value.slice(0, -1) : value);
      options.only = true;
    } else if (name === 'separator') {
      options.separator = expand(value ?? '');
    } else if (name === 'key_value_separator') {
      options.keyValueSeparator = expand(value ?? '');
    } else if (part !== '') {
      return undefined;
    }
  }
  return options;
}

function parseBool(text: string): boolean | undefined {
  if (/^(?:true|yes|on|1)$/i.test(text)) return true;
  return /^(?:false|no|off|0|)$/i.test(text) ? false : undefined;
}
