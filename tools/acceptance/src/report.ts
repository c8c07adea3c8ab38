/** Counts checks and says how they went, a line each. */
export class Report {
  #passed = 0;
  #failed = 0;
  readonly #title: string;

  constructor(title: string) {
    this.#title = title;
    process.stdout.write(`== ${title}\n`);
  }

  /** Runs one check; it passes unless it throws. What it returns is printed beside its name. */
  async check(name: string, action: () => Promise<string | undefined>): Promise<boolean> {
    const start = performance.now();
    try {
      const detail = await action();
      this.#passed++;
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      process.stdout.write(`ok   ${name} (${seconds} s)${detail === undefined ? '' : `: ${detail}`}\n`);
      return true;
    } catch (error) {
      this.#failed++;
      process.stdout.write(`FAIL ${name}: ${error instanceof Error ? error.message : String(error)}\n`);
      return false;
    }
  }

  /** Prints the totals and sets the exit code. */
  finish(): void {
    process.stdout.write(`${this.#title}: ${this.#passed} passed, ${this.#failed} failed\n`);
    if (this.#failed > 0) process.exitCode = 1;
  }
}

/** Throws unless two texts are equal, showing where they first differ. */
export function mustEqual(actual: string, expected: string, what: string): void {
  if (actual === expected) return;
  const left = actual.split('\n');
  const right = expected.split('\n');
  const line = left.findIndex((text, i) => text !== right[i]);
  throw new Error(`${what} differs (${left.length} and ${right.length} lines), first at line ${line + 1}: ` +
    `${JSON.stringify(left[line]?.slice(0, 160))} instead of ${JSON.stringify(right[line]?.slice(0, 160))}`);
}
