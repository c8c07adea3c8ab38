/** The result of `git blame` as text: for people, for `git annotate`, and the porcelain formats (git-blame(1)). */
import type { BlameRange, BlameResult, ObjectId } from '@govc/core';
import {
  bytesFromLosslessText, losslessTextFromBytes, parseApproxidate, quotePath, readPrettyCommit, showDate, splitLines, textWidth, type DateMode,
} from '@govc/core/plumbing';

import { die } from '../failure.js';
import { abbreviationOf, shortId } from '../print/abbreviation.js';
import { colorCode } from '../print/color.js';
import { writeText } from '../print/output.js';
import { sessionMailmap } from '../session/mailmap.js';
import type { Session } from '../session/session.js';
import type { BlameSettings } from './blame-settings.js';
import type { BlameSource } from './blame-source.js';

interface Who {
  readonly name: string;
  /** With its angle brackets. */
  readonly email: string;
  readonly timeSeconds: number;
  readonly timezone: string;
}

interface CommitFacts {
  readonly author: Who;
  readonly committer: Who;
  readonly summary: string;
}

/** How wide dates of a mode are. */
const DATE_WIDTHS: Readonly<Record<string, number>> = {
  rfc: 31, 'iso-strict': 25, iso: 25, raw: 16, unix: 10, short: 10, relative: 22, human: 16, default: 30,
};

/** Prints a result. */
export class BlamePrinter {
  readonly #session: Session;
  readonly #settings: BlameSettings;
  readonly #source: BlameSource;
  readonly #facts = new Map<ObjectId | undefined, CommitFacts>();
  readonly #lines: string[];
  readonly #result: BlameResult;
  readonly #severalPaths: ReadonlySet<ObjectId | undefined>;
  readonly #told = new Set<ObjectId | undefined>();
  #mailmap: ReturnType<typeof sessionMailmap> | undefined;
  readonly #out: string[] = [];

  constructor(session: Session, settings: BlameSettings, { source, result }: { readonly source: BlameSource; readonly result: BlameResult }) {
    this.#session = session;
    this.#settings = settings;
    this.#source = source;
    this.#result = result;
    const { bytes, starts, count } = splitLines(result.content);
    const text = losslessTextFromBytes(bytes);
    // Offsets are in bytes, so lines are cut from them unless text and bytes are of one length.
    this.#lines = Array.from({ length: count }, (_, i) => {
      const line = text.length === bytes.length ? text.slice(starts[i], starts[i + 1]) : losslessTextFromBytes(bytes.subarray(starts[i], starts[i + 1]));
      return line.endsWith('\n') ? line : `${line}\n`;
    });
    this.#severalPaths = commitsWithSeveralPaths(result.ranges);
  }

  /** Prints it in the format of the settings. */
  print(): void {
    const { isIncremental, porcelain } = this.#settings;
    if (isIncremental) for (const range of this.#result.ranges) this.#incremental(range);
    else if (porcelain !== 'no') for (const range of this.#result.ranges) this.#porcelain(range);
    else this.#forPeople();
    writeText(this.#session.io.stdout, this.#out.join(''));
  }

  #incremental(range: BlameRange): void {
    this.#out.push(`${this.#hex(range)} ${range.originLine + 1} ${range.line + 1} ${range.count}\n`);
    this.#commitDetails(range, false);
    this.#fileDetails(range);
  }

  #porcelain(range: BlameRange): void {
    const repeats = this.#settings.porcelain === 'line';
    for (let i = 0; i < range.count; i++) {
      const first = i === 0;
      this.#out.push(`${this.#hex(range)} ${range.originLine + 1 + i} ${range.line + 1 + i}${first ? ` ${range.count}` : ''}\n`);
      if (first || repeats) {
        if (this.#commitDetails(range, repeats) || this.#severalPaths.has(range.commit)) this.#fileDetails(range);
      }
      this.#out.push(`\t${this.#lines[range.line + i]!}`);
    }
  }

  #commitDetails(range: BlameRange, repeats: boolean): boolean {
    if (!repeats && this.#told.has(range.commit)) return false;
    this.#told.add(range.commit);
    const { author, committer, summary } = this.#factsOf(range.commit);
    const person = (role: string, who: Who): string =>
      `${role} ${who.name}\n${role}-mail ${who.email}\n${role}-time ${who.timeSeconds}\n${role}-tz ${who.timezone}\n`;
    this.#out.push(`${person('author', author)}${person('committer', committer)}summary ${summary}\n${range.isBoundary ? 'boundary\n' : ''}`);
    return true;
  }

  #fileDetails({ previous, originPath }: BlameRange): void {
    const quote = (path: string): string => quotePath(path, { quoteNonAscii: this.#session.config.getBool('core.quotepath', true) });
    if (previous !== undefined) this.#out.push(`previous ${previous.commit} ${quote(previous.path)}\n`);
    this.#out.push(`filename ${quote(originPath)}\n`);
  }

  #forPeople(): void {
    const { settings, layout } = { settings: this.#settings, layout: this.#layout() };
    const { config } = this.#session;
    const repeatedColor = settings.colorsLines ? colorCode(config.get('color.blame.repeatedlines') ?? 'cyan') ?? '\x1b[36m' : '';
    const heat = settings.colorsByAge ? this.#heatOf() : undefined;
    const marks = { unblamable: config.getBool('blame.markunblamablelines', false), ignored: config.getBool('blame.markignoredlines', false) };
    for (const range of this.#result.ranges) {
      const { author } = this.#factsOf(range.commit);
      const ageColor = heat?.(author.timeSeconds);
      const digits = settings.isLong ? this.#session.algorithm.hexSize : layout.digits;
      const when = this.#time(author, layout.mode);
      for (let i = 0; i < range.count; i++) {
        const color = settings.colorsLines && i > 0 ? repeatedColor : ageColor;
        let text = color ?? '';
        let size = digits;
        let hex: string = this.#hex(range);
        if (range.isBoundary) {
          if (settings.blanksBoundary) hex = ' '.repeat(size);
          else if (!settings.isAnnotate) {
            size--;
            text += '^';
          }
        }
        if (marks.unblamable && range.isUnblamable) {
          size--;
          text += '*';
        }
        if (marks.ignored && range.isIgnored) {
          size--;
          text += '?';
        }
        text += hex.slice(0, size);
        const number = range.line + 1 + i;
        const name = settings.showsEmail ? author.email : author.name;
        if (settings.isAnnotate) {
          text += `\t(${name.padStart(10)}\t${when.padStart(10)}\t${number})`;
        } else {
          if (settings.showsScore) text += ` ${'0'.padStart(layout.scoreDigits)} 01`;
          if (layout.showsName) text += ` ${range.originPath.padEnd(layout.nameWidth)}`;
          if (settings.showsNumber || settings.showsScore) text += ` ${String(range.originLine + 1 + i).padStart(layout.originDigits)}`;
          if (!settings.hidesAuthor) text += ` (${name}${' '.repeat(Math.max(0, layout.authorWidth - textWidth(name)))} ${when.padStart(10)}`;
          text += ` ${String(number).padStart(layout.lineDigits)}) `;
        }
        if (color !== undefined) text += '\x1b[m';
        this.#out.push(text + this.#lines[range.line + i]!);
      }
    }
  }

  #layout(): {
    digits: number; mode: DateMode; showsName: boolean; nameWidth: number; authorWidth: number; originDigits: number; lineDigits: number; scoreDigits: number;
  } {
    const { ranges } = this.#result;
    const { abbreviation, date } = this.#settings;
    const { hexSize } = this.#session.algorithm;
    let digits = abbreviationOf(this.#session);
    let [nameWidth, authorWidth, originLine, lastLine] = [0, 0, 0, 0];
    let showsName = this.#settings.showsName;
    for (const range of ranges) {
      if (abbreviation === undefined && range.commit !== undefined) digits = Math.max(digits, shortId(this.#session, range.commit, digits).length);
      if (range.originPath !== this.#source.path) showsName = true;
      nameWidth = Math.max(nameWidth, Buffer.byteLength(range.originPath));
      const { author } = this.#factsOf(range.commit);
      authorWidth = Math.max(authorWidth, textWidth(this.#settings.showsEmail ? author.email : author.name));
      originLine = Math.max(originLine, range.originLine + range.count);
      lastLine = Math.max(lastLine, range.line + range.count);
    }
    const wanted = abbreviation === undefined ? Math.min(digits + 1, hexSize) : abbreviation === 0 || abbreviation >= hexSize ? hexSize : abbreviation + 1;
    return {
      digits: wanted, mode: date ?? { style: 'iso', isLocal: false, format: undefined }, showsName: showsName || this.#settings.showsScore, nameWidth, authorWidth,
      originDigits: String(originLine).length, lineDigits: String(lastLine).length, scoreDigits: 1,
    };
  }

  #time(who: Who, mode: DateMode): string {
    if (this.#settings.isRawTime) return `${who.timeSeconds} ${who.timezone}`;
    const reader = { nowSeconds: Math.floor(this.#session.io.clock() / 1000), zone: this.#session.io.zone };
    const text = showDate(who, mode, reader);
    const width = mode.style === 'format' ? showDate({ timeSeconds: 0, timezone: '+0000' }, mode, reader).length : DATE_WIDTHS[mode.style] ?? 0;
    return text + ' '.repeat(Math.max(0, width - textWidth(text)));
  }

  /** Colours by age: pairs of a colour and the time up to which it is used. */
  #heatOf(): (timeSeconds: number) => string {
    const text = this.#session.config.get('color.blame.highlightrecent') ?? 'blue,12 month ago,white,1 month ago,red';
    const parts = text.split(',');
    if (parts.length % 2 === 0) die('must end with a color');
    const clock = { nowSeconds: Math.floor(this.#session.io.clock() / 1000), zone: this.#session.io.zone };
    const fields: { color: string; until: number }[] = [];
    for (let at = 0; at < parts.length; at += 2) {
      const color = colorCode(parts[at]!) ?? die(`expecting a color: ${parts[at]!}`);
      fields.push({ color, until: parts[at + 1] === undefined ? Number.POSITIVE_INFINITY : parseApproxidate(parts[at + 1]!, clock) });
    }
    return (time) => (fields.find(({ until }) => time <= until) ?? fields.at(-1)!).color;
  }

  #hex({ commit }: BlameRange): string {
    return commit ?? this.#session.algorithm.zeroId;
  }

  #factsOf(commit: ObjectId | undefined): CommitFacts {
    let facts = this.#facts.get(commit);
    if (facts === undefined) this.#facts.set(commit, facts = commit === undefined ? this.#uncommitted() : this.#readFacts(commit));
    return facts;
  }

  #uncommitted(): CommitFacts {
    const timeSeconds = Math.floor(this.#session.io.clock() / 1000);
    const minutes = this.#session.io.zone?.(timeSeconds) ?? 0;
    const two = (number: number): string => String(number).padStart(2, '0');
    const timezone = `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}${two(Math.abs(minutes) % 60)}`;
    const who = { name: 'Not Committed Yet', email: '<not.committed.yet>', timeSeconds, timezone };
    return { author: who, committer: who, summary: `Version of ${this.#source.path} from ${this.#source.contentFrom ?? this.#source.path}` };
  }

  #readFacts(id: ObjectId): CommitFacts {
    const commit = readPrettyCommit({ objects: this.#session.context.snapshot.objects }, id, this.#session.algorithm);
    const mailmap = (this.#mailmap ??= sessionMailmap(this.#session));
    const encoding = this.#settings.encoding ?? this.#session.config.get('i18n.logoutputencoding');
    const encode = (text: string): string => encodeText(text, encoding);
    const person = (who: typeof commit.author): Who => {
      if (who === undefined) return { name: '(unknown)', email: '(unknown)', timeSeconds: 0, timezone: '(unknown)' };
      const mapped = mailmap.map(who);
      return { name: encode(mapped.name), email: `<${encode(mapped.email)}>`, timeSeconds: who.date?.timeSeconds ?? 0, timezone: who.date?.timezone ?? '+0000' };
    };
    const subject = commit.message.split('\n', 1)[0]!;
    return { author: person(commit.author), committer: person(commit.committer), summary: subject === '' ? `(${id})` : encode(subject) };
  }
}

/** Text in ISO-8859-1 where that is asked for, as bytes that lossless text keeps; other encodings stay UTF-8. */
function encodeText(text: string, encoding: string | undefined): string {
  if (encoding === undefined || !/^(?:iso-?8859-?1|latin-?1)$/i.test(encoding)) return text;
  return losslessTextFromBytes(Buffer.from(bytesFromLosslessText(text)).toString('utf8').split('').every((character) => character.charCodeAt(0) < 256)
    ? Buffer.from(Buffer.from(bytesFromLosslessText(text)).toString('utf8'), 'latin1') : bytesFromLosslessText(text));
}

function commitsWithSeveralPaths(ranges: readonly BlameRange[]): ReadonlySet<ObjectId | undefined> {
  const paths = new Map<ObjectId | undefined, string>();
  const several = new Set<ObjectId | undefined>();
  for (const { commit, originPath } of ranges) {
    if (!paths.has(commit)) paths.set(commit, originPath);
    else if (paths.get(commit) !== originPath) several.add(commit);
  }
  return several;
}
