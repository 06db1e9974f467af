// What a keyboard and a screen reader need, and the theme leaves out.
addEventListener("load", () => {
  const search = document.querySelector(".md-search[role=dialog]");
  search?.setAttribute("aria-label", document.querySelector(".md-search__input").placeholder);
  for (const wide of document.querySelectorAll("pre > code, .md-typeset__scrollwrap")) {
    wide.tabIndex = 0;
  }
});
