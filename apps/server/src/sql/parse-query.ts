/**
 * The subset of SQL that can be asked, one table at a time and only for reading:
 *
 *     SELECT [DISTINCT] * | column | COUNT|SUM|AVG|MIN|MAX([DISTINCT] column | *) [[AS] name], …
 *     FROM table [WHERE condition] [GROUP BY column, …] [HAVING condition]
 *     [ORDER BY column | name | aggregate [ASC|DESC], …] [LIMIT n] [OFFSET n] [;]
 *
 * Conditions: `=`, `==`, `!=`, `<>`, `<`, `<=`, `>`, `>=`, `[NOT] LIKE`, `[NOT] CONTAINS`, `[NOT] IN (…)`, `[NOT] BETWEEN … AND …`,
 * `IS [NOT] NULL`, `NOT`, `AND`, `OR` and parentheses.
 *
 * Limits: 10,000 characters, 50 parentheses in each other, 1,000 conditions, 1,000 values of one IN, 100 columns.
 */
import type { Aggregate, Comparison, Condition, Operand, Query, Selected, Value } from './query.js';
import { queryError, tokenize, type Token } from './tokens.js';

const DEPTH_MAX = 50;
const CONDITIONS_MAX = 1000;
const VALUES_MAX = 1000;
const COLUMNS_MAX = 100;

const AGGREGATES: readonly string[] = ['count', 'sum', 'avg', 'min', 'max'] satisfies Aggregate[];
const COMPARISONS: Readonly<Record<string, Comparison>> = { '=': '=', '==': '=', '!=': '!=', '<>': '!=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' };

/** Words that end what stands before them, so that they name no column of the answer. */
const RESERVED = new Set([
  'select', 'distinct', 'from', 'where', 'group', 'by', 'having', 'order', 'limit', 'offset', 'as', 'and', 'or', 'not', 'in', 'like', 'contains', 'between', 'is',
  'null', 'true', 'false', 'asc', 'desc',
]);

/** Reads a query. @throws {ServerError} query-invalid */
export function parseQuery(text: string): Query {
  return new Parser(tokenize(text)).query();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  #conditionCount = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  query(): Query {
    this.#mustTake('select');
    const isDistinct = this.#take('distinct');
    const selected = this.#takeSign('*') ? undefined : this.#list(COLUMNS_MAX, () => this.#selected());
    this.#mustTake('from');
    const table = this.#name('a table').toLowerCase();
    const where = this.#take('where') ? this.#condition() : undefined;
    const groupBy = this.#takeBoth('group', 'by') ? this.#list(COLUMNS_MAX, () => this.#name('a column').toLowerCase()) : [];
    const having = this.#take('having') ? this.#condition() : undefined;
    const orderBy = this.#takeBoth('order', 'by') ? this.#list(COLUMNS_MAX, () => this.#order()) : [];
    const limit = this.#take('limit') ? this.#count() : undefined;
    const offset = this.#take('offset') ? this.#count() : 0;
    this.#takeSign(';');
    if (this.#next.kind !== 'end') throw this.#unexpected('the end');
    return { selected, isDistinct, table, where, groupBy, having, orderBy, limit, offset };
  }

  #selected(): Selected {
    const { text } = this.#next;
    const operand = this.#operand();
    const said = operand.kind === 'aggregate' ? `${operand.of}(${operand.isDistinct ? 'distinct ' : ''}${operand.column ?? '*'})` : operand.kind === 'column' ? operand.name : text;
    const isNamed = this.#take('as') || this.#next.kind === 'quoted' || (this.#next.kind === 'word' && !RESERVED.has(this.#next.text.toLowerCase()));
    return { operand, name: isNamed ? this.#name('a name') : said };
  }

  #order(): Query['orderBy'][number] {
    const operand = this.#operand();
    const isDescending = this.#take('desc');
    if (!isDescending) this.#take('asc');
    return { operand, isDescending };
  }

  /** Depth is bounded by {@link DEPTH_MAX}. */
  #condition(): Condition {
    const any = this.#separated('or', () => this.#separated('and', () => this.#negated()));
    return any;
  }

  #separated(kind: 'and' | 'or', read: () => Condition): Condition {
    const of = [read()];
    while (this.#take(kind)) of.push(read());
    return of.length === 1 ? of[0]! : { kind, of };
  }

  #negated(): Condition {
    let isNegated = false;
    while (this.#take('not')) isNegated = !isNegated;
    const condition = this.#predicate();
    return isNegated ? { kind: 'not', of: condition } : condition;
  }

  #predicate(): Condition {
    if (++this.#conditionCount > CONDITIONS_MAX) throw queryError(`it has more than ${CONDITIONS_MAX} conditions`, this.#next.at);
    if (this.#takeSign('(')) {
      if (++this.#depth > DEPTH_MAX) throw queryError(`it has more than ${DEPTH_MAX} parentheses in each other`, this.#next.at);
      const inner = this.#condition();
      this.#mustTakeSign(')');
      this.#depth--;
      return inner;
    }
    const left = this.#operand();
    if (this.#take('is')) {
      const isNot = this.#take('not');
      this.#mustTake('null');
      return negatedIf(isNot, { kind: 'null', left });
    }
    const isNot = this.#take('not');
    if (this.#take('like')) return negatedIf(isNot, { kind: 'like', left, pattern: this.#text() });
    if (this.#take('contains')) return negatedIf(isNot, { kind: 'contains', left, pattern: this.#text() });
    if (this.#take('in')) return negatedIf(isNot, { kind: 'in', left, values: this.#values() });
    if (this.#take('between')) {
      const least = this.#operand();
      this.#mustTake('and');
      return negatedIf(isNot, { kind: 'and', of: [{ kind: 'compare', how: '>=', left, right: least }, { kind: 'compare', how: '<=', left, right: this.#operand() }] });
    }
    const how = isNot || this.#next.kind !== 'sign' ? undefined : COMPARISONS[this.#next.text];
    if (how === undefined) throw this.#unexpected('a comparison');
    this.#at++;
    return { kind: 'compare', how, left, right: this.#operand() };
  }

  #values(): Value[] {
    this.#mustTakeSign('(');
    const values = this.#list(VALUES_MAX, () => {
      const operand = this.#operand();
      if (operand.kind !== 'literal') throw queryError('only plain values can stand in IN', this.#next.at);
      return operand.value;
    });
    this.#mustTakeSign(')');
    return values;
  }

  #operand(): Operand {
    const token = this.#next;
    const small = token.text.toLowerCase();
    if (token.kind === 'word' && AGGREGATES.includes(small) && this.#tokens[this.#at + 1]?.text === '(') return this.#aggregate(small as Aggregate);
    const isNegative = this.#takeSign('-');
    const { kind, text } = this.#next;
    if (kind === 'number' || isNegative) {
      if (kind !== 'number') throw this.#unexpected('a number');
      this.#at++;
      return { kind: 'literal', value: isNegative ? -Number(text) : Number(text) };
    }
    if (kind === 'text') {
      this.#at++;
      return { kind: 'literal', value: text };
    }
    if (kind === 'word' && (small === 'null' || small === 'true' || small === 'false')) {
      this.#at++;
      return { kind: 'literal', value: small === 'null' ? null : small === 'true' };
    }
    return { kind: 'column', name: this.#name('a column or value') };
  }

  #aggregate(of: Aggregate): Operand {
    this.#at += 2;
    const isDistinct = this.#take('distinct');
    const isOfRows = of === 'count' && !isDistinct && this.#takeSign('*');
    const column = isOfRows ? undefined : this.#name('a column').toLowerCase();
    this.#mustTakeSign(')');
    return { kind: 'aggregate', of, column, isDistinct };
  }

  #list<Item>(max: number, read: () => Item): Item[] {
    const items = [read()];
    while (this.#takeSign(',')) {
      if (items.length >= max) throw queryError(`a list has more than ${max} parts`, this.#next.at);
      items.push(read());
    }
    return items;
  }

  #name(what: string): string {
    const { kind, text } = this.#next;
    if (kind !== 'quoted' && (kind !== 'word' || RESERVED.has(text.toLowerCase()))) throw this.#unexpected(what);
    this.#at++;
    return text;
  }

  #text(): string {
    const { kind, text } = this.#next;
    if (kind !== 'text') throw this.#unexpected("text in '…'");
    this.#at++;
    return text;
  }

  #count(): number {
    const { kind, text } = this.#next;
    if (kind !== 'number' || !/^\d{1,9}$/.test(text)) throw this.#unexpected('a whole number');
    this.#at++;
    return Number(text);
  }

  get #next(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)]!;
  }

  #is(word: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token?.kind === 'word' && token.text.toLowerCase() === word;
  }

  #take(word: string): boolean {
    if (!this.#is(word)) return false;
    this.#at++;
    return true;
  }

  #takeBoth(first: string, second: string): boolean {
    if (!this.#is(first) || !this.#is(second, 1)) return false;
    this.#at += 2;
    return true;
  }

  #takeSign(sign: string): boolean {
    if (this.#next.kind !== 'sign' || this.#next.text !== sign) return false;
    this.#at++;
    return true;
  }

  #mustTake(word: string): void {
    if (!this.#take(word)) throw this.#unexpected(word.toUpperCase());
  }

  #mustTakeSign(sign: string): void {
    if (!this.#takeSign(sign)) throw this.#unexpected(JSON.stringify(sign));
  }

  #unexpected(wanted: string) {
    const { kind, text, at } = this.#next;
    return queryError(`${kind === 'end' ? 'its end' : JSON.stringify(text.slice(0, 50))} stands where ${wanted} is expected`, at);
  }
}

function negatedIf(isNegated: boolean, condition: Condition): Condition {
  return isNegated ? { kind: 'not', of: condition } : condition;
}
