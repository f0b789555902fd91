// Style sheets are gathered by the bundler; importing one gives nothing to the program.
declare module '*.css' {}
