/** Line ends by `text`, `eol` and `core.autocrlf`: what a file gets, and whether it would come back as it was. */
import type { Config } from '../config/config.js';
import type { AttributeValue } from '../pattern/parse-attributes.js';

/** What is done to a file: nothing; text, with LF or CRLF in the worktree; or that where it looks like text. */
export type LineEnds = 'binary' | 'lf' | 'crlf' | 'auto-lf' | 'auto-crlf';

/** The attributes that decide. */
export interface LineEndAttributes {
  readonly text: AttributeValue;
  readonly crlf: AttributeValue;
  readonly eol: AttributeValue;
}

/** What these attributes and the configuration say. */
export function findLineEnds({ text, crlf, eol }: LineEndAttributes, config: Config): LineEnds {
  const isKnown = (value: AttributeValue): boolean => typeof value === 'boolean' || value === 'input' || value === 'auto';
  const word = isKnown(text) ? text : isKnown(crlf) ? crlf : undefined;
  if (word === false) return 'binary';
  const isAuto = word === 'auto';
  if (eol === 'lf') return isAuto ? 'auto-lf' : 'lf';
  if (eol === 'crlf') return isAuto ? 'auto-crlf' : 'crlf';
  const autocrlf = config.get('core.autocrlf')?.toLowerCase();
  const isInput = autocrlf === 'input';
  const isCrlf = !isInput && autocrlf !== undefined && config.findBool('core.autocrlf') === true;
  const wantsCrlf = isCrlf || (!isInput && config.get('core.eol')?.toLowerCase() === 'crlf');
  if (word === 'input') return 'lf';
  if (word === true) return wantsCrlf ? 'crlf' : 'lf';
  if (isAuto) return wantsCrlf ? 'auto-crlf' : 'auto-lf';
  return isCrlf ? 'auto-crlf' : isInput ? 'auto-lf' : 'binary';
}

/** Counts that tell text from binary. */
export interface LineStats {
  readonly nul: number;
  readonly loneCr: number;
  readonly loneLf: number;
  readonly crlf: number;
  readonly printable: number;
  readonly other: number;
}

/** Counts as Git does: bytes above 0x7f are printable. O(n). */
export function gatherLineStats(content: Uint8Array): LineStats {
  const stats = { nul: 0, loneCr: 0, loneLf: 0, crlf: 0, printable: 0, other: 0 };
  const { length } = content;
  for (let i = 0; i < length; i++) {
    const byte = content[i]!;
    if (byte === 0x0d) {
      if (content[i + 1] === 0x0a) {
        stats.crlf++;
        i++;
      } else {
        stats.loneCr++;
      }
    } else if (byte === 0x0a) {
      stats.loneLf++;
    } else if (byte === 0x7f || (byte < 0x20 && byte !== 8 && byte !== 9 && byte !== 0x1b && byte !== 0x0c)) {
      if (byte === 0) stats.nul++;
      stats.other++;
    } else {
      stats.printable++;
    }
  }
  // A file of DOS may end in Ctrl-Z.
  if (length > 0 && content[length - 1] === 0x1a) stats.other--;
  return stats;
}

/** Whether a file with these counts is not text. */
export function looksBinary({ loneCr, nul, printable, other }: LineStats): boolean {
  return loneCr > 0 || nul > 0 || printable >> 7 < other;
}

/** Which line ends a file would lose by being added and checked out again. */
export function roundTrip(
  stats: LineStats, ends: LineEnds, { strips }: { readonly strips: boolean },
): 'crlf' | 'lf' | undefined {
  let crlf = strips ? 0 : stats.crlf;
  let loneLf = strips ? stats.loneLf + stats.crlf : stats.loneLf;
  const isSkipped = ends.startsWith('auto') && (stats.loneCr > 0 || crlf > 0 || looksBinary(stats));
  if (ends.endsWith('crlf') && loneLf > 0 && !isSkipped) {
    crlf += loneLf;
    loneLf = 0;
  }
  if (stats.crlf > 0 && crlf === 0) return 'crlf';
  return stats.loneLf > 0 && loneLf === 0 ? 'lf' : undefined;
}
