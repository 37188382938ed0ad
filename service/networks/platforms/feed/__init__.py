"""RSS and Atom: blogs, microblogs and forums that offer them."""
