/**
 * A mail with a patch, taken apart: author, subject, date, message and patch (git-mailinfo(1)). As Git does, it
 * understands of MIME what patches on mailing lists are sent in, and no more.
 */
import { bytesFromLatin1, latin1FromBytes } from '../bytes/text.js';
import { GovcError } from '../errors.js';
import {
  cleanSpace, cleanSubject, decodeBase64, decodeHeader, decodeQuotedPrintable, parseMailPerson, toUtf8, trimSpaceEnd, type SubjectBrackets,
} from './mail-header.js';

/** How {@link readMail} reads. */
export interface MailInfoOptions {
  /** What goes from the subject: brackets and `Re:`, only brackets with `PATCH` (`-b`), or nothing (`-k`). Default: `all`. */
  readonly subject?: SubjectBrackets | 'keep' | undefined;
  /** Everything before a line such as `-- >8 --` is not part of the message (`--scissors`). Default: `false`. */
  readonly scissors?: boolean | undefined;
  /** Headers at the start of the message replace those of the mail. Default: `true`. */
  readonly inBodyHeaders?: boolean | undefined;
  /** Add the message id at the end of the message (`--message-id`). Default: `false`. */
  readonly messageId?: boolean | undefined;
  /** Take carriage returns from the ends of lines that were encoded (`--quoted-cr=strip`). Default: `false`. */
  readonly stripsQuotedCr?: boolean | undefined;
}

/** What a mail says. Text that was in a known encoding is UTF-8. */
export interface MailInfo {
  /** Empty where the mail names nobody. */
  readonly name: Uint8Array;
  readonly email: Uint8Array;
  readonly subject: Uint8Array;
  /** As it is written, usually by RFC 2822. */
  readonly date: Uint8Array;
  /** What stands between subject and patch. */
  readonly message: Uint8Array;
  /** From the first line that looks like a patch to the end; empty where there is none. */
  readonly patch: Uint8Array;
  /** Whether lines were wrapped by `format=flowed`, which may have damaged the patch. */
  readonly isFlowed: boolean;
  /** Whether an encoded line ended with a carriage return. */
  readonly hasQuotedCr: boolean;
}

/**
 * Takes a mail apart. O(mail).
 *
 * @throws {GovcError} mail-invalid: the mail is empty, or an encoded word or the parts of it are damaged.
 */
export function readMail(mail: Uint8Array, options: MailInfoOptions = {}): MailInfo {
  return new MailReader(mail, options).read();
}

type HeaderName = 'From' | 'Subject' | 'Date';
type Headers = Map<HeaderName, string>;

const NAMES: readonly HeaderName[] = ['From', 'Subject', 'Date'];
const BOUNDARIES_MAX = 4;
const LF = 0x0a;

class MailReader {
  readonly #mail: Uint8Array;
  readonly #options: MailInfoOptions;
  readonly #outer: Headers = new Map();
  readonly #inner: Headers = new Map();
  readonly #boundaries: string[] = [];
  readonly #patch: string[] = [];
  #message: string[] = [];
  #messageId: string | undefined;
  #at = 0;
  #charset = '';
  #encoding: 'none' | 'base64' | 'quoted-printable' = 'none';
  #isFlowed = false;
  #deletesSpace = false;
  #hasQuotedCr = false;
  #isAtStart = true;
  #isInPatch = false;
  /** A header inside the message, as far as it was read. */
  #folded = '';
  /** The part of a line whose end is still to come. */
  #partial = '';

  constructor(mail: Uint8Array, options: MailInfoOptions) {
    this.#mail = mail;
    this.#options = options;
  }

  read(): MailInfo {
    while (this.#at < this.#mail.length && isSpace(String.fromCharCode(this.#mail[this.#at]!))) this.#at++;
    if (this.#at === this.#mail.length) throw invalid('empty', 'The mail is empty.');
    this.#readBody(this.#readHeaders(this.#outer, true));
    const header = (name: HeaderName): string | undefined =>
      (this.#patch.length > 0 ? this.#inner.get(name) : undefined) ?? this.#outer.get(name);
    const person = parseMailPerson(cleanSpace(header('From') ?? ''));
    const { subject: brackets = 'all' } = this.#options;
    const subject = header('Subject') ?? '';
    return {
      name: bytesFromLatin1(person?.name ?? ''),
      email: bytesFromLatin1(person?.email ?? ''),
      subject: bytesFromLatin1(brackets === 'keep' ? subject : cleanSpace(cleanSubject(subject, brackets))),
      date: bytesFromLatin1(cleanSpace(header('Date') ?? '')),
      message: bytesFromLatin1(this.#message.join('')),
      patch: bytesFromLatin1(this.#patch.join('')),
      isFlowed: this.#isFlowed,
      hasQuotedCr: this.#hasQuotedCr,
    };
  }

  /** The next line with its line feed, or `undefined`. */
  #nextLine(): string | undefined {
    if (this.#at >= this.#mail.length) return undefined;
    const lf = this.#mail.indexOf(LF, this.#at);
    const end = lf < 0 ? this.#mail.length : lf + 1;
    const line = latin1FromBytes(this.#mail.subarray(this.#at, end));
    this.#at = end;
    return line;
  }

  /** Reads headers up to a line that is none, and gives that line. */
  #readHeaders(into: Headers, overwrites: boolean): string {
    for (;;) {
      const first = this.#nextLine();
      if (first === undefined) return '';
      let line = trimSpaceEnd(first);
      if (line === '' || !isHeaderLine(line)) return `${line}\n`;
      while (this.#mail[this.#at] === 0x20 || this.#mail[this.#at] === 0x09) {
        line += trimSpaceEnd(` ${(this.#nextLine() ?? ' ').slice(1)}`);
      }
      this.#takeHeader(line, into, overwrites);
    }
  }

  /** Notes what a header says; `false` where it is none of those that matter. */
  #takeHeader(line: string, into: Headers, overwrites: boolean): boolean {
    for (const name of NAMES) {
      const value = overwrites || !into.has(name) ? findValue(line, name) : undefined;
      if (value === undefined) continue;
      into.set(name, decodeHeader(value));
      return true;
    }
    const type = findValue(line, 'Content-Type');
    const encoding = type === undefined ? findValue(line, 'Content-Transfer-Encoding') : undefined;
    if (type !== undefined) {
      this.#takeContentType(decodeHeader(type));
    } else if (encoding !== undefined) {
      const value = decodeHeader(encoding);
      this.#encoding = /base64/i.test(value) ? 'base64' : /quoted-printable/i.test(value) ? 'quoted-printable' : 'none';
    } else {
      const id = findValue(line, 'Message-Id');
      if (id === undefined) return false;
      if (this.#options.messageId === true) this.#messageId = decodeHeader(id);
    }
    return true;
  }

  #takeContentType(value: string): void {
    this.#isFlowed = findAttribute(value, 'format=')?.toLowerCase() === 'flowed';
    this.#deletesSpace = findAttribute(value, 'delsp=')?.toLowerCase() === 'yes';
    const boundary = findAttribute(value, 'boundary=');
    if (boundary !== undefined) {
      if (this.#boundaries.length >= BOUNDARIES_MAX) throw invalid('boundaries', 'The parts of the mail are nested too deeply.');
      this.#boundaries.push(`--${boundary}`);
    }
    this.#charset = findAttribute(value, 'charset=') ?? '';
  }

  #readBody(first: string): void {
    let line: string | undefined = first;
    if (this.#boundaries.length > 0) {
      line = this.#findBoundary();
      if (line === undefined) return;
    }
    while (line !== undefined) {
      if (this.#isBoundary(line)) {
        if (this.#partial !== '') this.#takeLine(this.#takePartial());
        line = this.#enterPart(line);
        if (line === undefined) return;
      }
      this.#decodeLine(line);
      line = this.#nextLine();
    }
    if (this.#partial !== '') this.#takeLine(this.#takePartial());
    this.#endFolded();
  }

  #isBoundary(line: string): boolean {
    const boundary = this.#boundaries.at(-1);
    return boundary !== undefined && line.startsWith(boundary);
  }

  #findBoundary(): string | undefined {
    for (let line = this.#nextLine(); line !== undefined; line = this.#nextLine()) {
      const text = line.endsWith('\n') ? line.slice(0, -1) : line;
      if (this.#isBoundary(text)) return text;
    }
    return undefined;
  }

  /** Goes past a boundary, and the headers of the part behind it; gives its first line. */
  #enterPart(boundaryLine: string): string | undefined {
    let line = boundaryLine;
    for (let boundary = this.#boundaries.at(-1); boundary !== undefined && line.startsWith(`${boundary}--`); boundary = this.#boundaries.at(-1)) {
      this.#boundaries.pop();
      this.#takeLine('\n');
      const next = this.#findBoundary();
      if (next === undefined) return undefined;
      line = next;
    }
    this.#encoding = 'none';
    this.#charset = '';
    this.#readHeaders(this.#outer, false);
    const next = this.#nextLine();
    if (next === undefined) return undefined;
    return next.endsWith('\n') ? next : `${next}\n`;
  }

  #decodeLine(line: string): void {
    if (this.#encoding === 'none') {
      this.#unflow(line);
      return;
    }
    const decoded = this.#encoding === 'base64' ? decodeBase64(line) : decodeQuotedPrintable(line, false);
    const text = this.#takePartial() + decoded;
    let from = 0;
    for (let lf = text.indexOf('\n'); lf >= 0; lf = text.indexOf('\n', from)) {
      this.#unflow(text.slice(from, lf + 1));
      from = lf + 1;
    }
    this.#partial += text.slice(from);
  }

  #takePartial(): string {
    const partial = this.#partial;
    this.#partial = '';
    return partial;
  }

  /** Joins lines that `format=flowed` (RFC 3676) has wrapped. */
  #unflow(line: string): void {
    if (!this.#isFlowed) {
      const isCrlf = line.endsWith('\r\n');
      if (isCrlf) this.#hasQuotedCr = true;
      this.#takeLine(isCrlf && this.#options.stripsQuotedCr === true ? `${line.slice(0, -2)}\n` : line);
      return;
    }
    const ending = /\r?\n$/.exec(line)?.[0] ?? '';
    let text = line.slice(0, line.length - ending.length);
    if (text === '-- ') {
      if (this.#partial !== '') this.#takeLine(this.#takePartial());
      this.#takeLine(line);
      return;
    }
    if (text.startsWith(' ')) text = text.slice(1);
    if (text.endsWith(' ')) this.#partial += this.#deletesSpace ? text.slice(0, -1) : text;
    else this.#takeLine(this.#takePartial() + text + ending);
  }

  #takeLine(line: string): void {
    if (!this.#isInPatch) this.#isInPatch = this.#takeMessageLine(line);
    if (this.#isInPatch) this.#patch.push(line);
  }

  /** Takes a line of the message; `true` where it begins the patch. */
  #takeMessageLine(raw: string): boolean {
    if (this.#isAtStart && (raw === '' || raw === '\n')) {
      if (this.#folded !== '') {
        this.#endFolded();
        this.#isAtStart = false;
      }
      return false;
    }
    if (this.#isAtStart && this.#options.inBodyHeaders !== false) {
      this.#isAtStart = this.#takeInnerHeader(raw);
      if (this.#isAtStart) return false;
    } else {
      this.#isAtStart = false;
    }
    const line = toUtf8(raw, this.#charset);
    if (this.#options.scissors === true && isScissorsLine(line)) {
      this.#message = [];
      this.#isAtStart = true;
      this.#inner.clear();
      return false;
    }
    if (isPatchStart(line)) {
      if (this.#messageId !== undefined) this.#message.push(`Message-Id: ${this.#messageId}\n`);
      return true;
    }
    this.#message.push(line);
    return false;
  }

  #takeInnerHeader(line: string): boolean {
    if (this.#folded !== '' && /^[ \t]/.test(line)) {
      if (this.#options.scissors === true && isScissorsLine(line)) {
        this.#endFolded();
        return false;
      }
      this.#folded = this.#folded.replace(/\n$/, '') + line;
      return true;
    }
    this.#endFolded();
    if (/^>From[ \t\r\n]/.test(line)) return /^>From [0-9a-f]{40} Mon Sep 17 00:00:00 2001\n$/.test(line);
    if (/^\[PATCH\][ \t\r\n]/.test(line)) {
      this.#inner.set('Subject', line);
      return true;
    }
    if (!NAMES.some((name) => !this.#inner.has(name) && findValue(line, name) !== undefined)) return false;
    this.#folded += line;
    return true;
  }

  #endFolded(): void {
    const header = this.#folded;
    this.#folded = '';
    if (header !== '') this.#takeHeader(header, this.#inner, false);
  }
}

/** The value of a header, where the line is that header. */
function findValue(line: string, name: string): string | undefined {
  if (line[name.length] !== ':' || line.slice(0, name.length).toLowerCase() !== name.toLowerCase()) return undefined;
  let at = name.length + 1;
  while (at < line.length && isSpace(line[at]!)) at++;
  return line.slice(at);
}

function findAttribute(value: string, name: string): string | undefined {
  const start = value.toLowerCase().indexOf(name);
  if (start < 0) return undefined;
  const rest = value.slice(start + name.length);
  return rest.startsWith('"') ? rest.slice(1).split('"', 1)[0]! : /^[^; \t]*/.exec(rest)![0];
}

function isHeaderLine(line: string): boolean {
  return line.startsWith('From ') || line.startsWith('>From ') || /^[!-9;-~]*:/.test(line);
}

/** Whether a line ends the message: the header of a patch, or three dashes alone. */
function isPatchStart(line: string): boolean {
  return line.startsWith('diff -') || line.startsWith('Index: ') || /^---(?: [^ \t\r\n]|[ \t\r]*\n)/.test(line);
}

/** Whether a line is a perforation with scissors: long enough, and mostly dashes and scissors. */
function isScissorsLine(line: string): boolean {
  let scissors = 0;
  let gap = 0;
  let perforation = 0;
  let isInside = false;
  let first = -1;
  let last = -1;
  for (let at = 0; at < line.length; at++) {
    if (isSpace(line[at]!)) {
      if (isInside) {
        perforation++;
        gap++;
      }
      continue;
    }
    last = at;
    if (first < 0) first = at;
    const pair = line.slice(at, at + 2);
    if (line[at] === '-') {
      isInside = true;
      perforation++;
    } else if (pair === '>8' || pair === '8<' || pair === '>%' || pair === '%<') {
      isInside = true;
      perforation += 2;
      scissors += 2;
      at++;
    } else {
      isInside = false;
    }
  }
  const visible = first < 0 ? 0 : last - first + 1;
  return scissors > 0 && visible >= 8 && visible < perforation * 3 && gap * 2 < perforation;
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n';
}

function invalid(reason: string, message: string): GovcError {
  return new GovcError('mail-invalid', message, { reason });
}
