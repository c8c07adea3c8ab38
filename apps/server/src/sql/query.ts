/** A query in the subset of SQL that can be asked, as values. */

/** What a row holds in one column. */
export type Value = string | number | boolean | null;

/** A row, by column. */
export type Row = Readonly<Record<string, Value>>;

/** What groups can be asked. */
export type Aggregate = 'count' | 'sum' | 'avg' | 'min' | 'max';

/** Something that has a value for a row, or for a group of rows. */
export type Operand =
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'literal'; readonly value: Value }
  /** `column` undefined: of rows, as in `COUNT(*)`. */
  | { readonly kind: 'aggregate'; readonly of: Aggregate; readonly column: string | undefined; readonly isDistinct: boolean };

/** How two values are compared. */
export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** What holds for a row, does not, or cannot be said because something is null. */
export type Condition =
  | { readonly kind: 'compare'; readonly how: Comparison; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'like' | 'contains'; readonly left: Operand; readonly pattern: string }
  | { readonly kind: 'in'; readonly left: Operand; readonly values: readonly Value[] }
  | { readonly kind: 'null'; readonly left: Operand }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] };

/** A column of the answer. */
export interface Selected {
  readonly operand: Operand;
  readonly name: string;
}

/** A query. */
export interface Query {
  /** `undefined`: every column of the table. */
  readonly selected: readonly Selected[] | undefined;
  readonly isDistinct: boolean;
  readonly table: string;
  readonly where: Condition | undefined;
  readonly groupBy: readonly string[];
  readonly having: Condition | undefined;
  readonly orderBy: readonly { readonly operand: Operand; readonly isDescending: boolean }[];
  readonly limit: number | undefined;
  readonly offset: number;
}

/** The operands of a condition, however deep. */
export function operandsOf(condition: Condition | undefined): Operand[] {
  const found: Operand[] = [];
  const left: Condition[] = condition === undefined ? [] : [condition];
  for (let each = left.pop(); each !== undefined; each = left.pop()) {
    switch (each.kind) {
      case 'and': case 'or': left.push(...each.of); break;
      case 'not': left.push(each.of); break;
      case 'compare': found.push(each.left, each.right); break;
      default: found.push(each.left);
    }
  }
  return found;
}
