// The buttons on the map: the whole territory, measure, share, QGIS, picture, print. Words where there is room, signs where there is not.
import { h, icon, type IconName } from './dom';
import { say, type Word } from './words';

export type Tool = 'territory' | 'measure' | 'share' | 'qgis' | 'export' | 'print';

const tools: readonly (readonly [Tool, IconName, Word])[] = [
  ['territory', 'target', 'wholeTerritory'],
  ['measure', 'ruler', 'measure'],
  ['share', 'share', 'share'],
  ['qgis', 'plug', 'qgisOpen'],
  ['export', 'image', 'export'],
  ['print', 'print', 'print'],
];

export class Toolbar {
  readonly element: HTMLElement;
  readonly #buttons = new Map<Tool, HTMLButtonElement>();

  constructor(onTool: (tool: Tool) => void) {
    this.element = h(
      'div',
      { class: 'map-tools', role: 'group', 'aria-label': say('tools') },
      tools.map(([tool, sign, word]) => {
        const button = h(
          'button',
          {
            type: 'button',
            class: `map-button tool-${tool}`,
            title: say(word),
            'aria-label': say(word),
            ...(tool === 'share' || tool === 'qgis' ? { 'aria-haspopup': 'dialog' } : {}),
            ...(tool === 'measure' ? { 'aria-pressed': 'false' } : {}),
            onclick: () => onTool(tool),
          },
          icon(sign),
          h('span', {}, tool === 'qgis' ? say('qgis') : say(word)),
        );
        this.#buttons.set(tool, button);
        return button;
      }),
    );
  }

  /** Whether a tool can be used now, while it works. */
  setBusy(tool: Tool, busy: boolean): void {
    const button = this.#buttons.get(tool);
    if (button) button.disabled = busy;
  }

  setPressed(tool: Tool, pressed: boolean): void {
    this.#buttons.get(tool)?.setAttribute('aria-pressed', String(pressed));
  }
}
