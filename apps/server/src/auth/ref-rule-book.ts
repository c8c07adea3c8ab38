import { checkRefRule, type RecordStore, type RefRule } from '@govc/auth';

/** The rules about refs and paths, at hand for every decision. */
export class RefRuleBook {
  readonly #store: RecordStore<RefRule>;
  #rules: readonly RefRule[];

  private constructor(store: RecordStore<RefRule>, rules: readonly RefRule[]) {
    this.#store = store;
    this.#rules = rules;
  }

  static async open(store: RecordStore<RefRule>): Promise<RefRuleBook> {
    return new RefRuleBook(store, await store.list());
  }

  get rules(): readonly RefRule[] {
    return this.#rules;
  }

  /** Whether a rule about paths could concern the repository, so that paths have to be known. */
  asksForPaths(repository: string): boolean {
    return this.#rules.some((rule) => rule.paths.length > 0 && (rule.repository === '*' || rule.repository === repository));
  }

  /** @throws {AuthError} ref-rule-invalid */
  async add(rule: RefRule): Promise<RefRule> {
    await this.#store.insert(rule.id, checkRefRule(rule));
    this.#rules = await this.#store.list();
    return rule;
  }

  async delete(id: string): Promise<boolean> {
    const isDeleted = await this.#store.delete(id);
    this.#rules = await this.#store.list();
    return isDeleted;
  }
}
