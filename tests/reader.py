"""Somebody who reads what all who may read it get alike."""

from store.people.persons import Actor

HEAD = Actor("head", "", "", (), ())
