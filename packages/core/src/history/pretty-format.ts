/**
 * The placeholders of `git log --format=<format>` (git-log(1), "PRETTY FORMATS"). What a commit alone does not tell
 * (refs, notes, reflogs, signatures, mailmap, `git describe`) is an argument.
 */
import { LIMITS } from '../limits.js';
import type { ObjectId } from '../hash/object-id.js';
import { formatDate, type DateStyle } from './format-date.js';
import { ansiColor, COLOR_RESET } from './pretty-color.js';
import type { PrettyCommit, PrettyPerson } from './pretty-commit.js';
import { formatTrailers } from './pretty-trailers.js';
import { replaceColumns, textWidth, wrapText } from './wrap-text.js';

/** A ref that names the commit, as `%d` shows it. */
export interface RefDecoration {
  /** The name as it is shown: `HEAD`, `main`, `origin/main`, `v1.0`. */
  readonly name: string;
  readonly kind: 'head' | 'branch' | 'remote' | 'tag' | 'stash' | 'other';
}

/** What is known about the signature of the commit, for `%G…`. */
export interface SignatureSummary {
  /** `G` good, `B` bad, `U` good with unknown trust, `X` and `Y` expired, `R` revoked, `E` cannot be checked, `N` none. */
  readonly state: 'G' | 'B' | 'U' | 'X' | 'Y' | 'R' | 'E' | 'N';
  readonly signer: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly primaryFingerprint: string;
  readonly trust: string;
  /** What the program that checked said. */
  readonly output: string;
}

/** Where a commit was met in a reflog, for `%g…`. */
export interface ReflogPosition {
  /** `refs/stash@{1}` and `stash@{1}`. */
  readonly selector: string;
  readonly shortSelector: string;
  readonly message: string;
  readonly name: string;
  readonly email: string;
}

/** What the placeholders need beside the commit. */
export interface PrettyContext {
  /** The parents as they are shown. Default: those of the commit. */
  readonly parents?: readonly ObjectId[] | undefined;
  /** A short unique form of an id. */
  readonly abbreviate: (id: ObjectId) => string;
  readonly dateStyle?: DateStyle | undefined;
  /** For relative dates. */
  readonly nowSeconds: number;
  /** The refs at the commit, in the order in which they are shown. Default: none. */
  readonly decorations?: readonly RefDecoration[] | undefined;
  /** The branch that `HEAD` stands on, by its shown name, so that `HEAD -> main` is one decoration. */
  readonly headBranch?: string | undefined;
  /** `%aN`, `%aE`. Default: as recorded. */
  readonly mapPerson?: ((person: PrettyPerson) => { readonly name: string; readonly email: string }) | undefined;
  /** `%N`. `undefined`: the placeholder stays. */
  readonly notes?: string | undefined;
  /** `%S`. `undefined`: the placeholder stays. */
  readonly source?: string | undefined;
  /** `%m`. Default: `>`. */
  readonly mark?: string | undefined;
  readonly reflog?: ReflogPosition | undefined;
  /** `%G…`; asked at most once a call. */
  readonly signature?: (() => SignatureSummary) | undefined;
  /** `%(describe:…)`, asked with the options; `undefined`: the placeholder stays. */
  readonly describe?: ((options: string) => string | undefined) | undefined;
  /** Whether `%C…` gives escape sequences. Default: false; `%C(always,…)` always does. */
  readonly colors?: boolean | undefined;
}

/** A commit as the format says; text and format are lossless. @throws {GovcError} object-corrupt */
export function formatCommit(commit: PrettyCommit, format: string, context: PrettyContext): string {
  return new Formatter(commit, context).run(format);
}

const COMMIT_COLOR = '\u001b[33m';
const NO_SIGNATURE: SignatureSummary = {
  state: 'N', signer: '', key: '', fingerprint: '', primaryFingerprint: '', trust: 'undefined', output: '',
};

interface Padding {
  readonly columns: number;
  readonly isToColumn: boolean;
  readonly flush: 'right' | 'left' | 'steal' | 'both';
  readonly cut: 'none' | 'start' | 'middle' | 'end';
}

interface Wrapping {
  readonly width: number;
  readonly firstIndent: number;
  readonly indent: number;
}

const NO_WRAPPING: Wrapping = { width: 0, firstIndent: 0, indent: 0 };

/** Text that a placeholder stands for, and how many characters the placeholder has; `undefined`: it is none. */
type Expansion = readonly [text: string, size: number] | undefined;

class Formatter {
  readonly #commit: PrettyCommit;
  readonly #context: PrettyContext;
  #result = '';
  #padding: Padding | undefined;
  #wrapping = NO_WRAPPING;
  #wrapStart = 0;
  #autoColor = false;
  #signature: SignatureSummary | undefined;

  constructor(commit: PrettyCommit, context: PrettyContext) {
    this.#commit = commit;
    this.#context = context;
  }

  run(format: string): string {
    let from = 0;
    for (;;) {
      const at = format.indexOf('%', from);
      if (at < 0) break;
      this.#result += format.slice(from, at);
      from = at + 1;
      if (format[from] === '%') {
        this.#result += '%';
        from++;
        continue;
      }
      const size = this.#item(format.slice(from, from + LIMITS.treePathSize.value));
      if (size === 0) this.#result += '%';
      from += size;
    }
    this.#result += format.slice(from);
    this.#rewrap(NO_WRAPPING);
    return this.#result;
  }

  /** One placeholder with what may stand before it: `+`, `-` and space. Gives its size; 0 where it is none. */
  #item(rest: string): number {
    const magic = /^[-+ ]/.exec(rest)?.[0] ?? '';
    const text = rest.slice(magic.length);
    if (magic !== '' && text.startsWith('w')) return 0;
    const before = this.#result.length;
    const size = this.#padding === undefined ? this.#plain(text) : this.#padded(text, this.#padding);
    if (magic === '') return size;
    if (this.#result.length === before) {
      if (magic === '-') this.#result = this.#result.replace(/\n+$/, '');
    } else if (magic !== '-') {
      this.#result = this.#result.slice(0, before) + (magic === '+' ? '\n' : ' ') + this.#result.slice(before);
    }
    return size + 1;
  }

  #plain(text: string): number {
    const layout = this.#layout(text);
    if (layout > 0) return layout;
    const found = this.#expand(text);
    if (found === undefined) return 0;
    this.#result += found[0];
    return found[1];
  }

  #padded(text: string, padding: Padding): number {
    const { columns, isToColumn, flush, cut } = padding;
    let room = columns;
    if (isToColumn) room -= textWidth(this.#result.slice(this.#result.lastIndexOf('\n') + 1));
    let local = '';
    let total = 0;
    for (;;) {
      const rest = text.slice(total);
      const found = this.#expand(rest);
      local += found?.[0] ?? '';
      total += found?.[1] ?? 0;
      // A colour is not what the padding is for; that comes behind it.
      if (!rest.startsWith('C') || text[total] !== '%') break;
      total++;
    }
    const width = textWidth(local);
    if (flush === 'steal') room += this.#stealSpaces(width - room);
    if (width > room) {
      local = cutText(local, { cut, width, room });
      this.#result += local;
    } else {
      const gap = room - width;
      const before = flush === 'right' ? 0 : flush === 'both' ? Math.floor(gap / 2) : gap;
      this.#result += ' '.repeat(before) + local + ' '.repeat(gap - before);
    }
    this.#padding = undefined;
    return total;
  }

  #stealSpaces(count: number): number {
    let end = this.#result.length;
    let stolen = 0;
    while (stolen < count && end > 1 && this.#result[end - 1] === ' ') {
      end--;
      stolen++;
    }
    this.#result = this.#result.slice(0, end);
    return stolen;
  }

  /** `%w(…)`, `%<(…)`, `%>(…)`: they give nothing, but change what follows. */
  #layout(text: string): number {
    const wrap = /^w\((?:(\d+)(?:,(\d+)(?:,(\d+))?)?)?\)/.exec(text);
    if (wrap !== null) {
      const [width, firstIndent, indent] = [wrap[1], wrap[2], wrap[3]].map((value) => Number(value ?? 0)) as [number, number, number];
      if (Math.max(width, firstIndent, indent) > LIMITS.prettyColumns.value) return 0;
      this.#rewrap({ width, firstIndent, indent });
      return wrap[0].length;
    }
    const pad = /^(<|>>|><|>)(\|?)\( *(-?\d+) *(?:,(trunc|ltrunc|mtrunc))?\)/.exec(text);
    if (pad === null) return 0;
    const columns = Number(pad[3]);
    // Negative columns count from the right side of a terminal, which there is none of.
    if (columns <= 0 || columns > LIMITS.prettyColumns.value) return 0;
    this.#padding = {
      columns,
      isToColumn: pad[2] === '|',
      flush: pad[1] === '<' ? 'right' : pad[1] === '>' ? 'left' : pad[1] === '>>' ? 'steal' : 'both',
      cut: pad[4] === 'trunc' ? 'end' : pad[4] === 'ltrunc' ? 'start' : pad[4] === 'mtrunc' ? 'middle' : 'none',
    };
    return pad[0].length;
  }

  #rewrap(next: Wrapping): void {
    const { width, firstIndent, indent } = this.#wrapping;
    if (width === next.width && firstIndent === next.firstIndent && indent === next.indent) return;
    if (this.#wrapStart < this.#result.length) {
      this.#result = this.#result.slice(0, this.#wrapStart) + wrapText(this.#result.slice(this.#wrapStart), this.#wrapping);
    }
    this.#wrapStart = this.#result.length;
    this.#wrapping = next;
  }

  #expand(text: string): Expansion {
    const literal = expandLiteral(text);
    if (literal !== undefined) return literal;
    switch (text[0]) {
      case 'C':
        return this.#color(text);
      case 'H':
      case 'h':
      case 'T':
      case 't':
      case 'P':
      case 'p':
        return [this.#ids(text[0]), 1];
      case 'm':
        return [this.#context.mark ?? '>', 1];
      case 'd':
      case 'D':
        return [this.#decorations(text[0] === 'd'), 1];
      case 'S':
        return this.#context.source === undefined ? undefined : [this.#context.source, 1];
      case 'N':
        return this.#context.notes === undefined ? undefined : [this.#context.notes, 1];
      case 'g':
        return this.#reflog(text[1]);
      case 'G':
        return this.#signatureField(text[1]);
      case 'a':
        return this.#person(this.#commit.author, text[1]);
      case 'c':
        return this.#person(this.#commit.committer, text[1]);
      case '(':
        return this.#parenthesis(text);
      default:
        return this.#messagePart(text[0]);
    }
  }

  #messagePart(letter: string | undefined): Expansion {
    const commit = this.#commit;
    switch (letter) {
      case 'e':
        return [commit.commit.encoding ?? '', 1];
      case 'B':
        return [commit.rawMessage, 1];
      case 's':
        return [commit.subject, 1];
      case 'f':
        return [commit.sanitizedSubject, 1];
      case 'b':
        return [commit.body, 1];
      default:
        return undefined;
    }
  }

  #parenthesis(text: string): Expansion {
    const match = /^\((describe|trailers)(?::([^)]*))?\)/.exec(text);
    if (match === null) return undefined;
    const options = match[2] ?? '';
    const found = match[1] === 'describe'
      ? this.#context.describe?.(options)
      : formatTrailers(this.#commit.message, options, expandLiterals);
    return found === undefined ? undefined : [found, match[0].length];
  }

  #ids(letter: string): string {
    const { id, commit } = this.#commit;
    const { abbreviate } = this.#context;
    const parents = this.#context.parents ?? commit.parents;
    switch (letter) {
      case 'H':
        return this.#inCommitColor(id);
      case 'h':
        return this.#inCommitColor(abbreviate(id));
      case 'T':
        return commit.tree;
      case 't':
        return abbreviate(commit.tree);
      case 'P':
        return parents.join(' ');
      default:
        return parents.map((parent) => abbreviate(parent)).join(' ');
    }
  }

  #inCommitColor(text: string): string {
    return this.#autoColor ? `${COMMIT_COLOR}${text}${COLOR_RESET}` : text;
  }

  #color(text: string): Expansion {
    const isOn = this.#context.colors === true;
    if (text.startsWith('C(auto)')) {
      this.#autoColor = isOn;
      return [isOn && this.#result !== '' ? COLOR_RESET : '', 7];
    }
    const match = /^C(?:\((auto,|always,)?([^)]*)\)|(red|green|blue|reset))/.exec(text);
    if (match === null) return undefined;
    const color = ansiColor(match[3] ?? match[2]!);
    if (color === undefined) return undefined;
    this.#autoColor = false;
    return [isOn || match[1] === 'always,' ? color : '', match[0].length];
  }

  #decorations(isWrapped: boolean): string {
    const { decorations = [], headBranch } = this.#context;
    const isHeadHere = decorations.some(({ kind }) => kind === 'head');
    const shown: string[] = [];
    for (const { name, kind } of decorations) {
      const isCurrent = isHeadHere && kind === 'branch' && name === headBranch;
      if (isCurrent) continue;
      const target = kind === 'head' && decorations.some((other) => other.kind === 'branch' && other.name === headBranch)
        ? ` -> ${headBranch!}` : '';
      shown.push(`${kind === 'tag' ? 'tag: ' : ''}${name}${target}`);
    }
    if (shown.length === 0) return '';
    return isWrapped ? ` (${shown.join(', ')})` : shown.join(', ');
  }

  #reflog(letter: string | undefined): Expansion {
    const { reflog } = this.#context;
    switch (letter) {
      case 'd':
        return [reflog?.shortSelector ?? '', 2];
      case 'D':
        return [reflog?.selector ?? '', 2];
      case 's':
        return [reflog?.message ?? '', 2];
      case 'n':
      case 'N':
        return [reflog?.name ?? '', 2];
      case 'e':
      case 'E':
        return [reflog?.email ?? '', 2];
      default:
        return undefined;
    }
  }

  #signatureField(letter: string | undefined): Expansion {
    const signature = (this.#signature ??= this.#context.signature?.() ?? NO_SIGNATURE);
    switch (letter) {
      case 'G':
        return [signature.output, 2];
      case '?':
        return [signature.state, 2];
      case 'S':
        return [signature.signer, 2];
      case 'K':
        return [signature.key, 2];
      case 'F':
        return [signature.fingerprint, 2];
      case 'P':
        return [signature.primaryFingerprint, 2];
      case 'T':
        return [signature.trust, 2];
      default:
        return undefined;
    }
  }

  #person(person: PrettyPerson | undefined, part: string | undefined): Expansion {
    const known = part !== undefined && 'nNeElLtdDriIhs'.includes(part);
    if (!known) return undefined;
    // Of a line that cannot be read Git shows nothing, but knows only the older of these letters.
    if (person === undefined) return 'netdDri'.includes(part) ? ['', 2] : undefined;
    const mapped = 'NEL'.includes(part) ? (this.#context.mapPerson?.(person) ?? person) : person;
    switch (part) {
      case 'n':
      case 'N':
        return [mapped.name, 2];
      case 'e':
      case 'E':
        return [mapped.email, 2];
      case 'l':
      case 'L':
        return [mapped.email.split('@', 1)[0]!, 2];
      default:
        return this.#date(person, part);
    }
  }

  #date({ date }: PrettyPerson, part: string): Expansion {
    if (date === undefined) return 'tdDri'.includes(part) ? ['', 2] : undefined;
    if (part === 't') return [date.timeText, 2];
    const style = part === 'd' ? (this.#context.dateStyle ?? 'default') : DATE_STYLES[part]!;
    return [formatDate(date, style, this.#context.nowSeconds), 2];
  }
}

const DATE_STYLES: Readonly<Record<string, DateStyle>> = {
  D: 'rfc', r: 'relative', i: 'iso', I: 'iso-strict', h: 'human', s: 'short',
};

function expandLiteral(text: string): Expansion {
  if (text.startsWith('n')) return ['\n', 1];
  const hex = /^x([0-9a-fA-F]{2})/.exec(text)?.[1];
  if (hex === undefined) return undefined;
  const byte = Number.parseInt(hex, 16);
  return [String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte), 3];
}

function expandLiterals(text: string): string {
  return text.replace(/%(%|n|x[0-9a-fA-F]{2})/g, (_whole, name: string) => (name === '%' ? '%' : expandLiteral(name)![0]));
}

function cutText(text: string, { cut, width, room }: { cut: Padding['cut']; width: number; room: number }): string {
  const dropped = width - (room - 2);
  switch (cut) {
    case 'start':
      return replaceColumns(text, { start: 0, width: dropped }, '..');
    case 'middle':
      return replaceColumns(text, { start: Math.floor(room / 2) - 1, width: dropped }, '..');
    case 'end':
      return replaceColumns(text, { start: room - 2, width: dropped }, '..');
    case 'none':
      return text;
  }
}
