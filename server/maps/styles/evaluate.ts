// Rule filters on the attributes of a scene: the core's evaluation of filters in memory.
export { compileFilter, type Attributes, type Test } from '../../core/filter/evaluate';
