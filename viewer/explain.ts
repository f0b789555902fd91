// Why one may, or may not, use data: /api/explain in words, action by action, with what to do next.
import { fill, h, icon, type Child } from './dom';
import { address, inWords, request, ServiceError } from './services';
import { dateInWords, language, say, wholeNumber, type Word } from './words';

export interface ExplainedAction {
  readonly action: string;
  readonly allowed: boolean;
  readonly rule: string;
  readonly clause: string;
  readonly sentence: Readonly<Record<string, string | undefined>>;
  readonly validUntil: string | null;
  readonly status: number;
  readonly conditionsToAccept?: boolean;
  readonly territory?: readonly string[] | null;
  readonly partial?: boolean;
  readonly responsible?: string | null;
  readonly scaleMin?: number | null;
  readonly scaleMax?: number | null;
}

export interface Explained {
  readonly dataset: string;
  readonly decisions: readonly ExplainedAction[];
}

export async function readExplanation(on: { readonly layer: string } | { readonly record: string }): Promise<Explained> {
  const response = await request(address('api/explain', 'layer' in on ? { on: on.layer } : { record: on.record }));
  return (await response.json()) as Explained;
}

const names: Readonly<Record<string, Word>> = {
  view: 'actionView',
  query: 'actionQuery',
  feature: 'actionFeature',
  download: 'actionDownload',
};

/** A button that opens the explanation below it. `mail`: the owner's, to ask for access. */
export function explainPart(record: string, mail: string | null): HTMLElement {
  const answer = h('div', { class: 'explained', hidden: true, 'aria-live': 'polite' });
  const button = h('button', { type: 'button', class: 'small', 'aria-expanded': 'false' }, icon('question'), say('explain'));
  button.addEventListener('click', () => {
    answer.hidden = !answer.hidden;
    button.setAttribute('aria-expanded', String(!answer.hidden));
    if (!answer.hidden) void show(answer, record, mail);
  });
  return h('div', { class: 'explain' }, button, answer);
}

async function show(answer: HTMLElement, record: string, mail: string | null): Promise<void> {
  fill(answer, h('p', { class: 'note busy' }, say('explaining')));
  try {
    const { decisions } = await readExplanation({ record });
    fill(
      answer,
      h(
        'ul',
        {},
        grouped(decisions).map(group => h('li', {}, groupPart(group))),
      ),
      ...nextSteps(decisions, mail).map(text => h('p', { class: 'next-step' }, text)),
    );
  } catch (error) {
    const unknown = error instanceof ServiceError && error.status === 404;
    fill(answer, h('p', { class: 'note' }, unknown ? say('explainNone') : say('explainFailed', { reason: inWords(error) })));
  }
}

/** Actions that are answered alike stand together. */
function grouped(decisions: readonly ExplainedAction[]): (readonly [ExplainedAction, ...ExplainedAction[]])[] {
  const groups = new Map<string, [ExplainedAction, ...ExplainedAction[]]>();
  for (const one of decisions) {
    const like = [one.allowed, one.rule, ...limits(one)].join('\n');
    const group = groups.get(like);
    if (group) group.push(one);
    else groups.set(like, [one]);
  }
  return [...groups.values()];
}

const nameOf = ({ action }: ExplainedAction): string => {
  const name = names[action];
  return name ? say(name) : action;
};

function groupPart(group: readonly [ExplainedAction, ...ExplainedAction[]]): Child {
  const [one] = group;
  return [
    h(
      'p',
      { class: one.allowed ? 'verdict yes' : 'verdict no' },
      icon(one.allowed ? 'check' : 'close'),
      h('span', {}, h('strong', {}, group.map(nameOf).join(', ')), ` : ${say(one.allowed ? 'allowed' : 'refused')}`),
    ),
    h(
      'p',
      { class: 'why' },
      `${one.sentence[language] ?? one.sentence['fr'] ?? ''} `,
      h('span', { class: 'rule' }, say('ruleOf', { rule: one.rule, clause: one.clause })),
    ),
    ...limits(one).map(text => h('p', { class: 'why' }, text)),
  ];
}

function limits(one: ExplainedAction): string[] {
  const { territory, partial, responsible, validUntil } = one;
  return [
    territory && territory.length > 0 ? say('limitTerritory', { names: territory.join(', ') }) : '',
    partial === true ? say('limitPartial') : '',
    responsible ? say('limitResponsible', { name: responsible }) : '',
    (one.scaleMin ?? one.scaleMax ?? null) === null
      ? ''
      : say('limitScale', { range: scaleRange(one.scaleMin ?? null, one.scaleMax ?? null) }),
    validUntil === null ? '' : say('limitUntil', { date: dateInWords(validUntil) }),
  ].filter(text => text !== '');
}

/** Between which denominators something is drawn (R44). */
export function scaleRange(min: number | null, max: number | null): string {
  if (min === null) return max === null ? '' : say('fromScale', { n: wholeNumber(max) });
  return max === null ? say('toScale', { n: wholeNumber(min) }) : say('betweenScales', { min: wholeNumber(min), max: wholeNumber(max) });
}

/** What one can do about the refusals: log in, accept the conditions, write to the owner. */
function nextSteps(decisions: readonly ExplainedAction[], mail: string | null): string[] {
  const refused = decisions.filter(one => !one.allowed);
  if (refused.length === 0) return [];
  if (refused.some(one => one.status === 401)) return [say('nextLogIn')];
  if (refused.some(one => one.conditionsToAccept === true)) return [say('nextConditions')];
  return mail === null ? [] : [say('nextOwner', { mail })];
}
