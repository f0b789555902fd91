// « Partager »: the permalink of the map as it is now, to be copied.
import { copyLine } from './copy-line';
import { dialogWith } from './dialog';
import { fill, h } from './dom';
import { say } from './words';

export class ShareDialog {
  readonly element: HTMLDialogElement;
  readonly #line = h('div', { class: 'addresses' });

  constructor() {
    this.element = dialogWith(
      'sheet share',
      'share-title',
      h(
        'div',
        { class: 'sheet-body' },
        h('h2', { id: 'share-title' }, say('shareTitle')),
        h('p', { class: 'lead' }, say('shareHelp')),
        this.#line,
        h('p', { class: 'note' }, say('shareRights')),
      ),
    );
  }

  open(address: string): void {
    fill(this.#line, copyLine(say('shareLink'), address));
    this.element.showModal();
    this.#line.querySelector('input')?.select();
  }
}
