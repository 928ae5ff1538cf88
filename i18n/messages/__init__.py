"""The words of the screens: gettext catalogues, how they are gathered, translated and looked up."""
