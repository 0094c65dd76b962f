"""From the first answer of a family to an application that two people checked."""
