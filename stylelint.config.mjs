// The rules of the CSS linter, which `make test` runs: the standard ones, with these changes.
export default {
  extends: "stylelint-config-standard",
  rules: {
    // Safari before 16.4 does not know the range notation.
    "media-feature-range-notation": "prefix",
    // Each part of a page has its rules together; layers keep the parts apart.
    "no-descending-specificity": null,
    "declaration-no-important": true,
    // Safari on phones knows no other name of it.
    "property-no-vendor-prefix": [true, { ignoreProperties: ["text-size-adjust"] }],
    "value-keyword-case": ["lower", { ignoreKeywords: ["A4"] }],
  },
  reportNeedlessDisables: true,
  reportDescriptionlessDisables: true,
};
