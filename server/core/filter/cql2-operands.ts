// Operands of CQL2 text: properties and literals.
import { Fault } from '../model/fault';
import { shown, strictNumber, type Budget } from './budget';
import { beginsGeometry } from './cql2-geometry';
import type { Token, Tokens } from './cql2-tokens';
import type { Expression } from './filter';
import { bareName } from './names';

/** An operand; `folded`: with CASEI around it. */
export interface Operand {
  readonly expression: Expression;
  readonly folded: boolean;
}

const reserved: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'LIKE', 'ILIKE', 'BETWEEN', 'IN', 'IS', 'NULL', 'TRUE', 'FALSE']);

export class Operands {
  readonly #tokens: Tokens;
  readonly #budget: Budget;
  readonly #name: (written: string) => string;

  /** `name` makes the name of a property of what is written; the bare name unless told. */
  constructor(tokens: Tokens, budget: Budget, name: (written: string) => string = written => bareName(written, budget.locator)) {
    this.#tokens = tokens;
    this.#budget = budget;
    this.#name = name;
  }

  /** `(operand, operand, …)`. */
  list(): Operand[] {
    return this.#tokens.list(before => {
      this.#budget.values(before + 1);
      return this.operand();
    });
  }

  /** A property or a literal, with CASEI around it or not; nothing may be reckoned with it. */
  operand(): Operand {
    const operand = this.plain();
    const token = this.#tokens.peek;
    if (token.kind === 'sign' && '+-*/'.includes(token.text)) return this.#invalid('arithmetic is not offered in filters');
    return operand;
  }

  /** The same, whatever follows. */
  plain(): Operand {
    const token = this.#tokens.peek;
    const literal = (value: string | number | boolean): Operand => ({ expression: { kind: 'literal', value }, folded: false });
    switch (token.kind) {
      case 'string':
      case 'time':
        this.#tokens.next();
        return literal(token.text);
      case 'number':
        this.#tokens.next();
        return literal(this.#number(token.text));
      case 'sign':
        if (token.text === '-' || token.text === '+') {
          this.#tokens.next();
          const digits = this.#tokens.next();
          if (digits.kind === 'number') return literal(this.#number(token.text + digits.text));
        }
        return this.#tokens.refuse('a value is missing', token.at);
      case 'name':
        return token.quoted ? this.#reference() : this.#wordOperand(token);
      case 'end':
        return this.#tokens.refuse('the filter ends too early', token.at);
    }
  }

  #wordOperand(token: Token): Operand {
    const word = token.text.toUpperCase();
    if (word === 'TRUE' || word === 'FALSE') {
      this.#tokens.next();
      return { expression: { kind: 'literal', value: word === 'TRUE' }, folded: false };
    }
    if (this.#tokens.opens('CASEI')) {
      if (this.#tokens.isWord('CASEI')) return this.#tokens.refuse('CASEI holds a property or a text', token.at);
      const { expression } = this.operand();
      this.#tokens.sign(')');
      return { expression, folded: true };
    }
    for (const name of ['DATE', 'TIMESTAMP']) {
      if (!this.#tokens.opens(name)) continue;
      const text = this.#tokens.next();
      if (text.kind !== 'string') return this.#tokens.refuse(`${name} holds a text`, text.at);
      this.#tokens.sign(')');
      return { expression: { kind: 'literal', value: text.text }, folded: false };
    }
    if (beginsGeometry(word) && this.#tokens.opens(word)) return this.#invalid('a geometry cannot be compared with a comparison operator');
    return this.#reference();
  }

  /** A number as a number where that loses nothing; `01004` and digits beyond a double's stay text. */
  #number(text: string): string | number {
    const value = strictNumber(text);
    if (value === undefined) return this.#invalid(`${shown(text)} is not a finite number`);
    return String(value) === text ? value : text;
  }

  #reference(): Operand {
    return { expression: { kind: 'property', name: this.property() }, folded: false };
  }

  /** The bare name of a property. */
  property(): string {
    const token = this.#tokens.next();
    if (token.kind !== 'name' || (!token.quoted && reserved.has(token.text.toUpperCase())))
      return this.#tokens.refuse('the name of a property is missing', token.at);
    if (this.#tokens.isSign('(') && !token.quoted)
      throw new Fault('invalid-value', this.#budget.locator, `the function ${shown(token.text)} is not offered in filters`);
    return this.#name(token.text);
  }

  #invalid(text: string): never {
    throw new Fault('invalid-value', this.#budget.locator, text);
  }
}
