import { queryError } from './tokens.js';
import { operandsOf, type Comparison, type Condition, type Operand, type Query, type Row, type Selected, type Value } from './query.js';

/** What can be asked, with the columns of its rows. */
export interface Table {
  readonly columns: readonly string[];
  /** Rows in the order in which they are answered where nothing is said of it; `undefined` stands for work that was done in between. */
  readonly rows: Iterable<Row | undefined>;
}

/** What came out. */
export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
  /** How many rows of the table were looked at. */
  readonly scanned: number;
  /** Whether there were more rows than the limit. */
  readonly hasMore: boolean;
}

/** How much a query may do. */
export interface QueryBounds {
  /** Rows of the answer, also where the query asks for more. */
  readonly rowsMax: number;
  /** Bytes, roughly, of the rows, groups and distinct values that are held to be sorted or counted. */
  readonly heldBytesMax: number;
}

/**
 * Runs a query; yields now and then, so that whoever drives it may let others run. Text is compared by its code units; `LIKE` and `CONTAINS`
 * take small and large letters of ASCII for the same. What is compared with null neither holds nor does not.
 *
 * @throws {ServerError} query-invalid: a column is unknown or stands where it cannot; or more would be held than may be
 */
export function* runQuery(query: Query, table: Table, bounds: QueryBounds): Generator<undefined, QueryResult, void> {
  const plan = planOf(query, table);
  const rowsMax = Math.min(query.limit ?? bounds.rowsMax, bounds.rowsMax);
  const isStreamed = !plan.isGrouped && query.orderBy.length === 0 && !query.isDistinct;
  const groups = new Groups(plan, query.groupBy, bounds.heldBytesMax);
  let scanned = 0;
  for (const row of table.rows) {
    yield undefined;
    if (row === undefined) continue;
    scanned++;
    if (query.where !== undefined && holds(query.where, groupOf(row)) !== true) continue;
    groups.add(row);
    if (isStreamed && groups.count > query.offset + rowsMax) break;
  }
  const all = groups.finish();
  const found = query.having === undefined ? all : all.filter((group) => holds(query.having!, group) === true);
  const sorted = plan.orderBy.length === 0 ? found : sortedBy(found, plan.orderBy);
  const answers = sorted.map((group) => plan.selected.map(({ operand }) => valueOf(operand, group)));
  const distinct = query.isDistinct ? [...new Map(answers.map((values) => [JSON.stringify(values), values])).values()] : answers;
  const rows = distinct.slice(query.offset, query.offset + rowsMax);
  return { columns: plan.selected.map(({ name }) => name), rows, scanned, hasMore: distinct.length > query.offset + rows.length };
}

/** Rows that are one in the answer: those of a group, or a single one. */
interface Group {
  readonly first: Row | undefined;
  /** What is known of all of them, by {@link tallyKey}. */
  readonly tallies: ReadonlyMap<string, Tally>;
}

/** What is counted of one column. */
interface Tally {
  count: number;
  sum: number;
  least: Value;
  greatest: Value;
  readonly seen: Set<Value> | undefined;
}

type AggregateOperand = Extract<Operand, { readonly kind: 'aggregate' }>;

const NO_TALLIES: ReadonlyMap<string, Tally> = new Map();

function groupOf(row: Row): Group {
  return { first: row, tallies: NO_TALLIES };
}

function tallyKey({ column, isDistinct }: AggregateOperand): string {
  return `${isDistinct ? 'distinct ' : ''}${column ?? '*'}`;
}

/** Collects rows, in groups where the query has some, within a bound of memory. */
class Groups {
  readonly #plan: Plan;
  readonly #groupBy: readonly string[];
  readonly #bytesMax: number;
  readonly #single: Group[] = [];
  readonly #byKey = new Map<string, Group>();
  #bytes = 0;

  constructor(plan: Plan, groupBy: readonly string[], bytesMax: number) {
    this.#plan = plan;
    this.#groupBy = groupBy;
    this.#bytesMax = bytesMax;
  }

  get count(): number {
    return this.#single.length + this.#byKey.size;
  }

  add(row: Row): void {
    if (!this.#plan.isGrouped) {
      this.#hold(bytesOf(Object.values(row)));
      this.#single.push(groupOf(row));
      return;
    }
    const key = JSON.stringify(this.#groupBy.map((name) => row[name] ?? null));
    let group = this.#byKey.get(key);
    if (group === undefined) {
      this.#hold(2 * key.length + bytesOf(Object.values(row)));
      group = { first: row, tallies: newTallies(this.#plan) };
      this.#byKey.set(key, group);
    }
    for (const operand of this.#plan.aggregates) this.#count(operand, group, row);
  }

  /** All groups; without GROUP BY there is one, also of no rows. */
  finish(): readonly Group[] {
    if (!this.#plan.isGrouped) return this.#single;
    if (this.#byKey.size === 0 && this.#groupBy.length === 0) return [{ first: undefined, tallies: newTallies(this.#plan) }];
    return [...this.#byKey.values()];
  }

  #count(operand: AggregateOperand, { tallies }: Group, row: Row): void {
    const tally = tallies.get(tallyKey(operand))!;
    const value = operand.column === undefined ? true : (row[operand.column] ?? null);
    if (value === null || tally.seen?.has(value) === true) return;
    if (tally.seen !== undefined) {
      this.#hold(bytesOf([value]));
      tally.seen.add(value);
    }
    tally.count++;
    tally.sum += numberOf(value);
    if (tally.least === null || compare(value, tally.least) < 0) tally.least = value;
    if (tally.greatest === null || compare(value, tally.greatest) > 0) tally.greatest = value;
  }

  #hold(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#bytesMax) throw queryError('it would hold too many rows at once; narrow them in WHERE or add a LIMIT without ORDER BY', 0);
  }
}

function newTallies({ aggregates }: Plan): Map<string, Tally> {
  return new Map(aggregates.map((operand) => [tallyKey(operand), { count: 0, sum: 0, least: null, greatest: null, seen: operand.isDistinct ? new Set<Value>() : undefined }]));
}

function bytesOf(values: readonly Value[]): number {
  return values.reduce((sum: number, value) => sum + (typeof value === 'string' ? 32 + 2 * value.length : 16), 64);
}

interface Plan {
  readonly selected: readonly Selected[];
  readonly isGrouped: boolean;
  /** Each column that is counted, once. */
  readonly aggregates: readonly AggregateOperand[];
  readonly orderBy: Query['orderBy'];
}

function planOf(query: Query, { columns }: Table): Plan {
  const { groupBy, having, where, orderBy } = query;
  const selected = query.selected ?? columns.map((name): Selected => ({ operand: { kind: 'column', name }, name }));
  const named = new Map(selected.map(({ name, operand }) => [name.toLowerCase(), operand]));
  // A name of the answer may stand in ORDER BY.
  const order = orderBy.map(({ operand, isDescending }) => ({ operand: (operand.kind === 'column' ? named.get(operand.name.toLowerCase()) : undefined) ?? operand, isDescending }));
  const shown = [...selected.map(({ operand }) => operand), ...order.map(({ operand }) => operand), ...operandsOf(having)];
  const isGrouped = groupBy.length > 0 || having !== undefined || shown.some(({ kind }) => kind === 'aggregate');
  for (const operand of operandsOf(where)) {
    if (operand.kind === 'aggregate') throw queryError(`${operand.of.toUpperCase()} cannot stand in WHERE; use HAVING`, 0);
  }
  const used = [...groupBy, ...[...shown, ...operandsOf(where)].flatMap((operand) => operand.kind === 'column' ? [operand.name] : operand.kind === 'aggregate' ? [operand.column] : [])];
  for (const name of used) {
    if (name !== undefined && !columns.includes(name.toLowerCase())) throw queryError(`there is no column "${name.slice(0, 100)}"; there are ${columns.join(', ')}`, 0);
  }
  for (const operand of isGrouped ? shown : []) {
    if (operand.kind === 'column' && !groupBy.includes(operand.name.toLowerCase())) throw queryError(`"${operand.name}" must stand in GROUP BY or in an aggregate`, 0);
  }
  const aggregates = new Map(shown.filter((operand) => operand.kind === 'aggregate').map((operand) => [tallyKey(operand), operand]));
  return { selected, isGrouped, aggregates: [...aggregates.values()], orderBy: order };
}

/** The value of an operand for a group; of a column, that of its first row. */
function valueOf(operand: Operand, { first, tallies }: Group): Value {
  switch (operand.kind) {
    case 'literal': return operand.value;
    case 'column': return first?.[operand.name.toLowerCase()] ?? null;
    case 'aggregate': return resultOf(operand, tallies.get(tallyKey(operand))!);
  }
}

function resultOf({ of }: AggregateOperand, { count, sum, least, greatest }: Tally): Value {
  switch (of) {
    case 'count': return count;
    case 'sum': return count === 0 ? null : sum;
    case 'avg': return count === 0 ? null : sum / count;
    case 'min': return least;
    case 'max': return greatest;
  }
}

function numberOf(value: Value): number {
  return typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : 0;
}

/** Whether a condition holds; `undefined`: null keeps it open. Depth is bounded by the parser. */
function holds(condition: Condition, group: Group): boolean | undefined {
  switch (condition.kind) {
    case 'and': case 'or': return holdTogether(condition.kind, condition.of, group);
    case 'not': {
      const inner = holds(condition.of, group);
      return inner === undefined ? undefined : !inner;
    }
    case 'null': return valueOf(condition.left, group) === null;
    case 'compare': return compared(condition.how, valueOf(condition.left, group), valueOf(condition.right, group));
    case 'in': {
      const value = valueOf(condition.left, group);
      if (value === null) return undefined;
      return condition.values.some((each) => compared('=', value, each) === true);
    }
    case 'like': case 'contains': {
      const value = valueOf(condition.left, group);
      if (value === null) return undefined;
      const text = smallText(String(value));
      const pattern = smallText(condition.pattern);
      return condition.kind === 'contains' ? text.includes(pattern) : isLike(text, pattern);
    }
  }
}

function holdTogether(kind: 'and' | 'or', of: readonly Condition[], group: Group): boolean | undefined {
  const decides = kind === 'or';
  let isOpen = false;
  for (const each of of) {
    const value = holds(each, group);
    if (value === decides) return decides;
    isOpen ||= value === undefined;
  }
  return isOpen ? undefined : !decides;
}

function compared(how: Comparison, left: Value, right: Value): boolean | undefined {
  if (left === null || right === null) return undefined;
  const order = compare(left, right);
  switch (how) {
    case '=': return order === 0;
    case '!=': return order !== 0;
    case '<': return order < 0;
    case '<=': return order <= 0;
    case '>': return order > 0;
    case '>=': return order >= 0;
  }
}

/** Null before numbers and truth values, those before text. */
function compare(left: Value, right: Value): number {
  const rank = (value: Value): number => value === null ? 0 : typeof value === 'string' ? 2 : 1;
  if (rank(left) !== rank(right)) return rank(left) - rank(right);
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  return numberOf(left) - numberOf(right);
}

function sortedBy(groups: readonly Group[], orderBy: Query['orderBy']): Group[] {
  const keyed = groups.map((group) => ({ group, keys: orderBy.map(({ operand }) => valueOf(operand, group)) }));
  keyed.sort((one, other) => {
    for (const [index, { isDescending }] of orderBy.entries()) {
      const order = compare(one.keys[index]!, other.keys[index]!);
      if (order !== 0) return isDescending ? -order : order;
    }
    return 0;
  });
  return keyed.map(({ group }) => group);
}

function smallText(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** `%` stands for anything, `_` for one character. O(text x pattern) at worst, and mostly O(text). */
export function isLike(text: string, pattern: string): boolean {
  let at = 0;
  let from = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const wanted = pattern[from];
    if (wanted === '%') {
      star = from++;
      starAt = at;
    } else if (wanted === '_' || (wanted !== undefined && wanted === text[at])) {
      from++;
      at++;
    } else if (star >= 0) {
      from = star + 1;
      at = ++starAt;
    } else {
      return false;
    }
  }
  while (pattern[from] === '%') from++;
  return from === pattern.length;
}
