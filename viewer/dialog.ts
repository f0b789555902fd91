// A dialog of the page: closes by Escape, by its button and by a click beside it; the focus returns to what opened it.
import { h, signButton } from './dom';
import { say } from './words';

/** `title` is the id of the element that names it. */
export function dialogWith(className: string, title: string, ...content: readonly HTMLElement[]): HTMLDialogElement {
  const dialog = h('dialog', { class: className, 'aria-labelledby': title });
  dialog.append(
    h(
      'div',
      { class: 'sheet-close' },
      signButton('close', say('close'), () => dialog.close()),
    ),
    ...content,
  );
  dialog.addEventListener('click', event => {
    if (event.target === dialog) dialog.close();
  });
  return dialog;
}
